using Understudy.Inference.Grammars;

namespace Understudy.Inference.Speculation;

/// <summary>Goes on as an earlier answer of the same task did at the same place.</summary>
/// <param name="cache">Shared by the task's generations.</param>
public sealed class CachedAnswerProposer(AnswerCache cache) : IProposer
{
    private readonly GrammarCursor _cursor = new();

    public string Name => "cache";

    public void Propose(in ProposalContext context, TokenTree tree)
    {
        var output = context.Tokens[context.PromptLength..];
        Continuation.Add(context, tree, cache.After(output), Math.Min(output.Length, AnswerCache.Context), _cursor);
    }

    public void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output) => cache.Add(output);

    public void Dispose()
    {
    }
}
