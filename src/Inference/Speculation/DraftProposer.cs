using System.Diagnostics;
using System.Numerics.Tensors;
using Understudy.Inference.Decoding;
using Understudy.Inference.Grammars;

namespace Understudy.Inference.Speculation;

/// <summary>
/// A small language model with the target's vocabulary goes ahead (Leviathan et al., arXiv 2211.17192): a chain of its tokens, and beside
/// each its next best ones where they pay. It goes on while the chance that the whole chain is taken is worth its own step.
/// </summary>
/// <param name="session">A sequence of the draft model; owned from here on.</param>
/// <param name="siblings">Alternatives beside each token of the chain, at most; 0 for a chain alone.</param>
public sealed class DraftProposer(DecoderSession session, int siblings = 0) : IProposer
{
    /// <summary>Kinds for the chain's tokens, by how sure the draft is; as many again for each sibling.</summary>
    private const int Steps = 20;

    private readonly float[] _confidence = new float[session.Model.Vocabulary];
    private readonly GrammarCursor _cursor = new();
    private TokenDistribution? _distribution;
    private SamplingOptions? _sampling;
    private double _stepMilliseconds;

    public string Name => siblings > 0 ? "draft tree" : "draft";

    public void Propose(in ProposalContext context, TokenTree tree)
    {
        if (context.Tokens.Length + context.MaxDepth > session.Model.MaxTokens)
        {
            return;
        }

        if (_sampling != context.Sampling)
        {
            (_sampling, _distribution) = (context.Sampling, new(context.Sampling, session.Model.Vocabulary));
        }

        var constraint = context.Constraint is null ? null : _cursor.CopyFrom(context.Constraint);
        var history = new List<int>(context.Tokens.Length + context.MaxDepth);
        history.AddRange(context.Tokens);
        var logits = Timed(history, prefill: true);
        var (node, reached, nodes) = (0, 1.0, 0);
        for (var depth = 1; depth <= context.MaxDepth && nodes < context.MaxNodes; depth++)
        {
            var mask = constraint?.Mask;
            var kind = Confidence(logits, mask, out var sure);
            var chance = reached * context.Chance(kind, sure);
            if (chance < context.NodeWorth)
            {
                return;
            }

            var parent = node;
            var token = AddOne(context, tree, parent, logits, history, mask, kind, out node);
            nodes++;
            for (var sibling = 1; sibling <= siblings && nodes < context.MaxNodes; sibling++)
            {
                // Which token it is decides nothing here, only how sure the draft was.
                if (reached * context.Chance((Steps * Math.Min(sibling, 2)) + kind, (1 - sure) / (2 * sibling)) < context.NodeWorth)
                {
                    break;
                }

                AddSibling(context, tree, parent, sibling, logits, history, mask, kind);
                nodes++;
            }

            reached = chance;
            constraint?.Advance(token);
            if (context.EndTokens.Contains(token) || constraint is { HasEnded: true } || depth == context.MaxDepth
                || reached < context.NodeWorth + (_stepMilliseconds / context.TokenMilliseconds))
            {
                return;
            }

            history.Add(token);
            logits = Timed(history, prefill: false);
        }
    }

    public void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output)
    {
    }

    public void Dispose() => session.Dispose();

    private ReadOnlySpan<float> Timed(List<int> history, bool prefill)
    {
        var began = Stopwatch.GetTimestamp();
        var tokens = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(history);
        var logits = prefill ? session.Prefill(tokens) : session.Step(tokens[^1]);
        if (!prefill)
        {
            var spent = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            _stepMilliseconds = _stepMilliseconds == 0 ? spent : _stepMilliseconds + (0.1 * (Math.Min(spent, 4 * _stepMilliseconds) - _stepMilliseconds));
        }

        return logits;
    }

    /// <summary>The probability that the draft gives its best token, at temperature 1, and the kind for it.</summary>
    private int Confidence(ReadOnlySpan<float> logits, TokenMask? mask, out double sure)
    {
        logits.CopyTo(_confidence);
        mask?.Apply(_confidence);
        var most = TensorPrimitives.Max<float>(_confidence);
        TensorPrimitives.Subtract(_confidence, most, _confidence);
        TensorPrimitives.Exp<float>(_confidence, _confidence);
        sure = 1 / TensorPrimitives.Sum<float>(_confidence);
        return Math.Min((int)(sure * Steps), Steps - 1);
    }

    private int AddOne(
        in ProposalContext context, TokenTree tree, int parent, ReadOnlySpan<float> logits, List<int> history, TokenMask? mask, int kind, out int node)
    {
        var past = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(history);
        if (context.Sampling.IsGreedy)
        {
            var best = _distribution!.Best(logits, past, mask);
            node = context.EndTokens.Contains(best) ? parent : tree.Add(parent, best, null, context.Proposer, kind);
            return best;
        }

        var drawnFrom = tree.RentDistribution(session.Model.Vocabulary);
        _distribution!.Fill(logits, past, mask, drawnFrom.AsSpan(0, session.Model.Vocabulary));
        var token = TokenDistribution.Draw(drawnFrom.AsSpan(0, session.Model.Vocabulary), context.Random);
        node = tree.Add(parent, token, drawnFrom, context.Proposer, kind);
        return token;
    }

    private void AddSibling(
        in ProposalContext context, TokenTree tree, int parent, int sibling, ReadOnlySpan<float> logits, List<int> history, TokenMask? mask, int kind)
    {
        kind += Steps * Math.Min(sibling, 2);
        if (!context.Sampling.IsGreedy)
        {
            // Another draw of its own: it may be the same token, and is tried against what the first left.
            AddOne(context, tree, parent, logits, history, mask, kind, out _);
            return;
        }

        // The confidences are exp(logit − best), with the tokens before set to 0 one after the other.
        _confidence[_distribution!.Best(logits, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(history), mask)] = 0;
        var next = TensorPrimitives.IndexOfMax<float>(_confidence);
        if (_confidence[next] > 0)
        {
            if (!context.EndTokens.Contains(next))
            {
                tree.Add(parent, next, null, context.Proposer, kind);
            }

            _confidence[next] = 0;
        }
    }
}
