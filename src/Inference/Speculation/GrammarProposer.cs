using System.Text;
using Understudy.Inference.Grammars;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Speculation;

/// <summary>
/// What a grammar leaves no choice about, and where it leaves one among a few, each of them (jump-forward decoding, SGLang, arXiv 2312.07104). The
/// target still has its say, since the same bytes can be other tokens. Costs next to nothing; without a grammar nothing is suggested.
/// </summary>
/// <param name="tokenizer">The target's.</param>
public sealed class GrammarProposer(TextTokenizer tokenizer) : IProposer
{
    private const int MostBytes = 64, MostForks = 2;

    /// <summary>Tokens of the text so far that are read again, so that a word that has begun is cut as it is when it is read whole.</summary>
    private const int Before = 4;

    /// <summary>What is expected of a token that follows from the one before, and of one of a few.</summary>
    private const double Certain = 0.97, OneOfFew = 0.4;

    private readonly GrammarCursor _cursor = new();
    private readonly List<GrammarWay> _ways = [];
    private readonly List<int> _tokens = [];

    public string Name => "grammar";

    public void Propose(in ProposalContext context, TokenTree tree)
    {
        if (context.Constraint is null)
        {
            return;
        }

        _ways.Clear();
        context.Constraint.Outlook(MostBytes, MostForks, _ways);
        var left = context.MaxNodes;
        foreach (var way in _ways)
        {
            Encode(way.Bytes, context.Tokens[context.PromptLength..]);
            left -= Add(way, left, context, tree);
        }
    }

    public void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output)
    {
    }

    public void Dispose()
    {
    }

    /// <summary>Adds a way behind the root, as far as its chance is worth it.</summary>
    /// <returns>Nodes that are new.</returns>
    private int Add(GrammarWay way, int left, in ProposalContext context, TokenTree tree)
    {
        var cursor = _cursor.CopyFrom(context.Constraint!);
        var (node, reached, at, forks, added) = (0, 1.0, 0, 0, 0);
        for (var i = 0; i < _tokens.Count && tree.Depth(node) < context.MaxDepth; i++)
        {
            var token = _tokens[i];
            var end = at + tokenizer.TokenBytes(token).Length;
            var fork = -1;
            while (forks < way.Forks.Length && way.Forks[forks] < end)
            {
                fork = way.Forks[forks++];
            }

            at = end;
            var kind = Kind(way.Bytes, fork, forks, last: i == _tokens.Count - 1);
            reached *= context.Chance(kind, fork < 0 ? Certain : OneOfFew);
            if (reached < context.NodeWorth || !cursor.TryAdvance(token))
            {
                break;
            }

            if (tree.Child(node, token) is >= 0 and var known)
            {
                node = known; // two ways begin alike
                continue;
            }

            if (added == left)
            {
                break;
            }

            node = tree.Add(node, token, null, context.Proposer, kind);
            added++;
        }

        return added;
    }

    /// <summary>Chances are kept apart by the fork that a token decides, by what comes there, and for tokens at a way's end, which could be longer.</summary>
    private static int Kind(byte[] bytes, int fork, int forks, bool last)
    {
        const int Ways = 15;
        var decided = fork < 0 ? 0 : forks == 1 ? 1 + (bytes[fork] % Ways) : 1 + Ways + (bytes[fork] % Ways);
        return decided + (last ? ProposalAccount.Kinds / 2 : 0);
    }

    /// <summary>The way's tokens, as the tokenizer cuts the text that it goes on from.</summary>
    private void Encode(byte[] way, ReadOnlySpan<int> output)
    {
        _tokens.Clear();
        for (var before = Math.Min(Before, output.Length); before >= 0; before--)
        {
            var tail = output[^before..];
            var bytes = new List<byte>();
            foreach (var token in tail)
            {
                bytes.AddRange(tokenizer.TokenBytes(token));
            }

            bytes.AddRange(way);
            var tokens = tokenizer.Encode(Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes)));
            if (tokens.AsSpan().StartsWith(tail))
            {
                _tokens.AddRange(tokens.AsSpan(before));
                return;
            }
        }
    }
}
