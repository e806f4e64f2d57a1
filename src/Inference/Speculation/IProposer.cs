namespace Understudy.Inference.Speculation;

/// <summary>Suggests how a text goes on. One proposer serves one generation at a time; not thread-safe.</summary>
public interface IProposer : IDisposable
{
    /// <summary>For reports: <c>draft</c>, <c>ngram</c>, …</summary>
    string Name { get; }

    /// <summary>Adds continuations behind the tree's root, which is the text's last token.</summary>
    void Propose(in ProposalContext context, TokenTree tree);

    /// <summary>The text is complete: what may help with later ones can be kept.</summary>
    /// <param name="output">The generated tokens.</param>
    void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output);
}
