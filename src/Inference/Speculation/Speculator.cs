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
    internal void Propose(
        TokenTree tree, ReadOnlySpan<int> tokens, int promptLength, ReadOnlySpan<float> hidden, SamplingOptions sampling, Random random,
        GrammarCursor? constraint, IReadOnlyList<int> endTokens, int depth, int nodes)
    {
        var (worth, token) = (controller.NodeWorth, controller.TokenMilliseconds);
        for (var i = 0; i < proposers.Count; i++)
        {
            var (began, before) = (Stopwatch.GetTimestamp(), tree.Count);
            if (controller.IsOn(i) && depth > 0)
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
    internal void Record(TokenTree tree, ReadOnlySpan<int> path, double verifyMilliseconds)
    {
        Array.Clear(_brought);
        foreach (var node in path[1..])
        {
            _brought[tree.FirstProposer(node)]++;
        }

        var (total, before) = (verifyMilliseconds, 1);
        for (var i = 0; i < proposers.Count; i++)
        {
            total += _milliseconds[i];
            controller.Record(i, _milliseconds[i], _nodes[i], _brought[i], before);
            before += _nodes[i];
        }

        // Who went ahead has pushed the model out of the processor's cache. A token without anyone ahead costs less than such a pass.
        if (tree.Count > 1 || total - verifyMilliseconds < Unnoticed * controller.Costs.Of(1))
        {
            controller.Costs.Record(tree.Count, verifyMilliseconds);
        }

        controller.Record(path.Length, total);
    }

    internal void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output)
    {
        foreach (var proposer in proposers)
        {
            proposer.Complete(prompt, output);
        }
    }
}
