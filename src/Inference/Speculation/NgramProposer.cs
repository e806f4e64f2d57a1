using Understudy.Inference.Grammars;

namespace Understudy.Inference.Speculation;

/// <summary>
/// Prompt lookup: the longest run of last tokens that occurred before, in the prompt or in the output, and what followed it there. Costs
/// next to nothing; where nothing occurred before, nothing is suggested.
/// </summary>
/// <param name="shortest">Tokens of the shortest run looked for.</param>
public sealed class NgramProposer(int shortest = 2) : IProposer
{
    /// <summary>Tokens of the longest run looked for.</summary>
    private const int Longest = 5;

    private readonly GrammarCursor _cursor = new();

    public string Name => "ngram";

    public void Propose(in ProposalContext context, TokenTree tree)
    {
        var tokens = context.Tokens;
        for (var length = Math.Min(Longest, tokens.Length - 1); length >= shortest; length--)
        {
            var at = tokens[..^1].LastIndexOf(tokens[^length..]);
            if (at >= 0)
            {
                Continuation.Add(context, tree, tokens[(at + length)..], length - shortest, _cursor);
                return;
            }
        }
    }

    public void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output)
    {
    }

    public void Dispose()
    {
    }
}
