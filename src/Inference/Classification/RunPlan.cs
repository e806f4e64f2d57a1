using System.Runtime.CompilerServices;

namespace Understudy.Inference.Classification;

/// <summary>
/// Cuts texts, sorted by length, into runs of a model, each padded to its longest, so that all of them together take least. Many short runs pad
/// little and few long ones start seldom: dynamic programming finds the best of all cuts. Not thread-safe; its memory is kept for the next plan.
/// </summary>
internal sealed class RunPlan
{
    /// <summary>A run holds at most this many tokens, padding included (one text alone may be longer).</summary>
    public const int TokenBudget = 4096;

    /// <summary>Starting a run takes as long as so many tokens: 25 for a lead of 7 M parameters, 36 for a student of 1.5 M.</summary>
    public const int RunCost = 32;

    private long[] _cost = [];
    private int[] _from = [];

    /// <param name="sorted">Shortest first.</param>
    /// <param name="runs">Receives how many texts each run takes, in order.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Cut(ReadOnlySpan<EncodedText> sorted, List<int> runs)
    {
        if (_cost.Length <= sorted.Length)
        {
            _cost = new long[(sorted.Length * 2) + 1];
            _from = new int[_cost.Length];
        }

        _cost[0] = 0;
        for (var end = 1; end <= sorted.Length; end++)
        {
            long longest = sorted[end - 1].Length;
            var (best, from) = (_cost[end - 1] + longest, end - 1);
            for (var start = end - 2; start >= 0 && (end - start) * longest <= TokenBudget; start--)
            {
                if (_cost[start] + ((end - start) * longest) is var cost && cost < best)
                {
                    (best, from) = (cost, start);
                }
            }

            (_cost[end], _from[end]) = (best + RunCost, from);
        }

        runs.Clear();
        for (var end = sorted.Length; end > 0; end = _from[end])
        {
            runs.Add(end - _from[end]);
        }

        runs.Reverse();
    }
}
