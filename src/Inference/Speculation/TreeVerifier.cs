using System.Numerics.Tensors;
using Understudy.Inference.Decoding;
using Understudy.Inference.Grammars;

namespace Understudy.Inference.Speculation;

/// <summary>
/// Walks a scored tree from its root: which proposals are taken, and which token comes after them. Lossless: multi-step speculative
/// sampling (SpecInfer, arXiv 2305.09781, after Leviathan et al., arXiv 2211.17192). A proposal drawn from q is taken with probability
/// min(1, p(x)/q(x)); else p becomes norm(max(0, p − q)) and the next is tried; when none is left, the token is drawn from what p became.
/// A determined proposal has q = 1 on its token. Keeps its working memory; not thread-safe.
/// </summary>
internal sealed class TreeVerifier(SamplingOptions options, AcceptanceRule rule, int vocabulary)
{
    private const double TypicalFloor = 0.09, TypicalScale = 0.3;

    private readonly TokenDistribution _distribution = new(options, vocabulary);
    private readonly float[] _probabilities = new float[vocabulary];
    private readonly List<int> _path = [];
    private TokenDistribution? _typical;

    /// <summary>Nodes taken by the last walk, the root first.</summary>
    public ReadOnlySpan<int> Path => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_path);

    /// <summary>The last walk ended where the two best tokens were closer than the noise; no token was chosen.</summary>
    public bool Undecided { get; private set; }

    /// <summary>The next token after a row of logits, with nothing proposed.</summary>
    public int Choose(ReadOnlySpan<float> logits, ReadOnlySpan<int> history, GrammarCursor? constraint, Random random)
    {
        if (options.IsGreedy)
        {
            return _distribution.Best(logits, history, constraint);
        }

        _distribution.Fill(logits, history, constraint?.Mask, _probabilities);
        return TokenDistribution.Draw(_probabilities, random);
    }

    /// <summary>Walks the tree, and returns the token that comes after <see cref="Path"/>; −1 when the path completes what a grammar allows, or <see cref="Undecided"/>.</summary>
    /// <param name="logits">[nodes, V]</param>
    /// <param name="history">Tokens up to the root's, itself among them; accepted tokens are appended.</param>
    /// <param name="noise">Greedy only: how far the best must be ahead to be chosen; the first branch is a chain.</param>
    /// <param name="constraint">What a grammar allows; moves with the accepted tokens. Null for anything.</param>
    public int Walk(TokenTree tree, ReadOnlySpan<float> logits, List<int> history, GrammarCursor? constraint, Random random, ProposalAccount? account, PassNoise noise = default)
    {
        Undecided = false;
        _path.Clear();
        var node = 0;
        while (true)
        {
            _path.Add(node);
            var row = logits.Slice(node * vocabulary, vocabulary);
            var (next, token) = rule == AcceptanceRule.Typical
                ? Typical(tree, node, row, history, constraint?.Mask, random, account)
                : options.IsGreedy ? Greedy(tree, node, row, history, constraint, account, node == _path.Count - 1 ? noise.Chain : noise.Tree) : Sample(tree, node, row, history, constraint?.Mask, random, account);
            if (next < 0)
            {
                return token;
            }

            node = next;
            history.Add(tree.Tokens[node]);
            constraint?.Advance(tree.Tokens[node]);
            if (constraint is { HasEnded: true })
            {
                _path.Add(node);
                return -1;
            }
        }
    }

    private (int Node, int Token) Greedy(
        TokenTree tree, int node, ReadOnlySpan<float> row, List<int> history, GrammarCursor? constraint, ProposalAccount? account, float noise)
    {
        var best = _distribution.Best(row, Span(history), constraint);
        if (noise > 0 && !_distribution.IsAhead(row, Span(history), constraint, best, noise))
        {
            Undecided = true;
            return (-1, -1);
        }

        var taken = -1;
        for (var at = tree.FirstProposal(node); at >= 0; at = tree.ProposalAt(at).Next)
        {
            var proposal = tree.ProposalAt(at);
            var accepted = tree.Tokens[proposal.Node] == best;
            account?.Count(proposal.Proposer, proposal.Kind, accepted);
            taken = accepted ? proposal.Node : taken;
        }

        return (taken, best);
    }

    private (int Node, int Token) Sample(
        TokenTree tree, int node, ReadOnlySpan<float> row, List<int> history, TokenMask? mask, Random random, ProposalAccount? account)
    {
        var p = _probabilities.AsSpan();
        _distribution.Fill(row, Span(history), mask, p);
        for (var at = tree.FirstProposal(node); at >= 0; at = tree.ProposalAt(at).Next)
        {
            var proposal = tree.ProposalAt(at);
            var token = tree.Tokens[proposal.Node];
            var accepted = random.NextDouble() * (proposal.DrawnFrom?[token] ?? 1f) < p[token] || !Exclude(p, token, proposal.DrawnFrom);
            account?.Count(proposal.Proposer, proposal.Kind, accepted);
            if (accepted)
            {
                return (proposal.Node, token);
            }
        }

        return (-1, TokenDistribution.Draw(p, random));
    }

    /// <summary>p ← norm(max(0, p − q)); false when nothing is left, which in exact numbers cannot follow a rejection.</summary>
    private static bool Exclude(Span<float> p, int token, float[]? q)
    {
        if (q is null)
        {
            var kept = p[token];
            p[token] = 0;
            var rest = TensorPrimitives.Sum<float>(p);
            if (rest <= 0)
            {
                p[token] = kept;
                return false;
            }

            TensorPrimitives.Divide(p, rest, p);
            return true;
        }

        double left = 0;
        for (var i = 0; i < p.Length; i++)
        {
            left += Math.Max(0, p[i] - q[i]);
        }

        if (left <= 0)
        {
            return false;
        }

        TensorPrimitives.Subtract(p, q.AsSpan(0, p.Length), p);
        TensorPrimitives.Max(p, 0, p);
        TensorPrimitives.Divide(p, (float)left, p);
        return true;
    }

    private (int Node, int Token) Typical(
        TokenTree tree, int node, ReadOnlySpan<float> row, List<int> history, TokenMask? mask, Random random, ProposalAccount? account)
    {
        var p = _probabilities.AsSpan();
        var temperature = options.IsGreedy ? options with { Temperature = 1 } : options;
        (options.IsGreedy ? _typical ??= new(temperature, vocabulary) : _distribution).Fill(row, Span(history), mask, p);
        double entropy = 0;
        foreach (var probability in p)
        {
            entropy -= probability > 0 ? probability * Math.Log(probability) : 0;
        }

        var (best, threshold) = (-1, Math.Min(TypicalFloor, TypicalScale * Math.Exp(-entropy)));
        for (var at = tree.FirstProposal(node); at >= 0; at = tree.ProposalAt(at).Next)
        {
            var proposal = tree.ProposalAt(at);
            var accepted = p[tree.Tokens[proposal.Node]] > threshold;
            account?.Count(proposal.Proposer, proposal.Kind, accepted);
            if (accepted && (best < 0 || p[tree.Tokens[proposal.Node]] > p[tree.Tokens[best]]))
            {
                best = proposal.Node;
            }
        }

        return best >= 0
            ? (best, tree.Tokens[best])
            : (-1, options.IsGreedy ? TensorPrimitives.IndexOfMax<float>(p) : TokenDistribution.Draw(p, random));
    }

    private static ReadOnlySpan<int> Span(List<int> list) => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list);
}
