using System.Diagnostics;
using Understudy.Inference.Decoding;
using Understudy.Inference.Grammars;

namespace Understudy.Inference.Speculation;

/// <summary>The proposers of one generation at a time, and who decides about them. Not thread-safe.</summary>
/// <param name="proposers">Cheapest first: a token that several suggest is the first one's merit. Owned from here on.</param>
/// <param name="controller">For as many proposers; may be shared.</param>
public sealed class Speculator(IReadOnlyList<IProposer> proposers, SpeculationController controller, SpeculationOptions? options = null) : IDisposable
{
    /// <summary>Who takes less than this share of a pass reads too little to be in its way.</summary>
    private const double Unnoticed = 0.1;

    private readonly double[] _milliseconds = new double[proposers.Count];
    private readonly int[] _nodes = new int[proposers.Count];
    private readonly int[] _brought = new int[proposers.Count];
    private readonly int[] _again = new int[proposers.Count];
    private double _drafted, _draftedBefore;

    public SpeculationOptions Options { get; } = options ?? new();

    public SpeculationController Controller => controller;

    /// <summary>Their names, joined.</summary>
    public string Name => string.Join(" + ", proposers.Select(proposer => proposer.Name));

    public void Dispose()
    {
        foreach (var proposer in proposers)
        {
            proposer.Dispose();
        }
    }

    /// <summary>Fills the tree behind its root.</summary>
    /// <param name="depth">Tokens that may be taken: the text ends after them.</param>
    /// <param name="nodes">Nodes that there is room for in the model's context.</param>
    /// <param name="forks">Whether the model can run a tree that forks; otherwise the first who suggests something is the only one.</param>
    internal void Propose(
        TokenTree tree, ReadOnlySpan<int> tokens, int promptLength, ReadOnlySpan<float> hidden, SamplingOptions sampling, Random random,
        GrammarCursor? constraint, IReadOnlyList<int> endTokens, int depth, int nodes, bool forks)
    {
        var (worth, token, alone) = (controller.NodeWorth, controller.TokenMilliseconds, controller.IsAlone);
        for (var i = 0; i < proposers.Count; i++)
        {
            var (began, before) = (Stopwatch.GetTimestamp(), tree.Count);
            if (!alone && depth > 0 && (forks || before == 1) && controller.IsOn(i))
            {
                proposers[i].Propose(
                    new()
                    {
                        Tokens = tokens,
                        PromptLength = promptLength,
                        Hidden = hidden,
                        Sampling = sampling,
                        Random = random,
                        Constraint = constraint,
                        EndTokens = endTokens,
                        MaxDepth = Math.Min(Options.MaxDepth, depth),
                        MaxNodes = Math.Min(Options.MaxNodes, nodes / proposers.Count),
                        Proposer = i,
                        Account = controller.Account,
                        NodeWorth = worth,
                        TokenMilliseconds = token,
                    },
                    tree);
                _milliseconds[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
            else
            {
                _milliseconds[i] = 0;
            }

            _nodes[i] = tree.Count - before;
        }
    }

    /// <summary>The step is done.</summary>
    /// <param name="path">Nodes taken, the root first.</param>
    /// <param name="kept">How many of them the model still holds; what it does not hold of the others is run again in the next pass.</param>
    /// <param name="rows">Tokens that the pass was over.</param>
    /// <param name="passMilliseconds">The pass.</param>
    /// <param name="redoneMilliseconds">What was computed once more, token by token, because rounding would have decided.</param>
    internal void Record(TokenTree tree, ReadOnlySpan<int> path, int kept, int rows, double passMilliseconds, double redoneMilliseconds)
    {
        Array.Clear(_brought);
        Array.Clear(_again);
        for (var at = 1; at < path.Length; at++)
        {
            var first = tree.FirstProposer(path[at]);
            _brought[first]++;
            _again[first] += at >= kept ? 1 : 0;
        }

        (_drafted, _draftedBefore) = (_milliseconds.Sum(), _drafted);
        var (before, nodes, again, lost) = (1, Math.Max(1, tree.Count - 1), controller.Costs.OfOneMore(rows), redoneMilliseconds + controller.Wait(rows, passMilliseconds));
        for (var i = 0; i < proposers.Count; i++)
        {
            controller.Record(i, _milliseconds[i], _nodes[i], _brought[i], before, rework: (_again[i] * again) + (lost * _nodes[i] / nodes));
            before += _nodes[i];
        }

        // Who goes ahead pushes the model out of the processor's cache, for this pass and the next: a token with nobody ahead costs less than such a pass.
        var unnoticed = Unnoticed * controller.Costs.Of(1);
        var alone = rows == 1 && _drafted < unnoticed;
        if (rows > 1 || (alone && _draftedBefore < unnoticed))
        {
            controller.Costs.Record(rows, passMilliseconds);
        }

        controller.Record(path.Length, _drafted + passMilliseconds + redoneMilliseconds, alone && _draftedBefore < unnoticed);
    }

    internal void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output)
    {
        foreach (var proposer in proposers)
        {
            proposer.Complete(prompt, output);
        }
    }
}
