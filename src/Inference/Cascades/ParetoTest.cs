using Understudy.Inference.Tasks;

namespace Understudy.Inference.Cascades;

/// <summary>
/// Chooses among many ways to serve the cheapest that keeps a <see cref="Guarantee"/> (Pareto Testing; Laufer-Goldshtein et al., arXiv 2210.07913, on
/// Learn then Test). A part of the examples draws the front of doubt and cost; along it, from the safest, the candidates are tested on the other part,
/// each at the full delta, up to the first that fails. The order does not depend on the examples that test it, so a false certificate is given with
/// probability delta at most, however many candidates there are. Thread-safe.
/// </summary>
public static class ParetoTest
{
    private const double OrderingShare = 0.3;
    private const int LeastOrdering = 30;

    /// <param name="candidates">At least one, all of the same number of examples; the lead alone need not be among them.</param>
    /// <param name="guarantee">The promise.</param>
    /// <param name="seed">Draws the two parts.</param>
    /// <param name="examples">Which of the examples, with repetition; null for all.</param>
    /// <exception cref="ArgumentException">There is no candidate, they differ in length, or the guarantee is not within (0, 1).</exception>
    public static ParetoChoice Choose(IReadOnlyList<ServingCandidate> candidates, Guarantee guarantee, int seed, IReadOnlyList<int>? examples = null)
    {
        Check(candidates, guarantee);
        int[] order = [.. examples ?? [.. Enumerable.Range(0, candidates[0].Losses.Count)]];
        new Random(seed).Shuffle(order);
        var needed = BinomialTail.ExamplesNeeded(0, guarantee.Epsilon, guarantee.Delta);
        var ordering = Math.Min(order.Length, Math.Max(LeastOrdering, Math.Min((int)(order.Length * OrderingShare), order.Length - needed)));
        var (first, second) = (order[..ordering], order[ordering..]);
        var path = Front(candidates, first);
        var report = new ParetoChoice { Ordering = first.Length, Testing = second.Length, Path = path.Count, TestingNeeded = needed };
        for (var i = 0; i < path.Count; i++)
        {
            var losses = second.Count(example => candidates[path[i]].Losses[example]);
            var pValue = second.Length == 0 ? 1 : BinomialTail.AtMost(losses, second.Length, guarantee.Epsilon);
            if (pValue > guarantee.Delta)
            {
                return report.Candidate is null ? report with { Losses = losses, PValue = pValue } : report;
            }

            report = report with { Candidate = path[i], Certified = i + 1, Losses = losses, PValue = pValue };
        }

        return report;
    }

    /// <summary>
    /// Repeats the choice on examples drawn with replacement, taking the set as all there is: the share of repetitions whose true risk is above epsilon,
    /// and the share that is still within delta and chance, as <see cref="GuaranteeCheck"/> counts it.
    /// </summary>
    public static (double Broken, double Allowed) Repeat(IReadOnlyList<ServingCandidate> candidates, Guarantee guarantee, int repetitions, int seed)
    {
        Check(candidates, guarantee);
        ArgumentOutOfRangeException.ThrowIfLessThan(repetitions, 1);
        var count = candidates[0].Losses.Count;
        var random = new Random(seed);
        var broken = 0;
        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            int[] drawn = [.. Enumerable.Range(0, count).Select(_ => random.Next(count))];
            var choice = Choose(candidates, guarantee, random.Next(), drawn);
            broken += choice.Candidate is { } chosen && candidates[chosen].Losses.Count(loss => loss) > guarantee.Epsilon * count * (1 + 1e-12) ? 1 : 0;
        }

        return ((double)broken / repetitions, (double)BinomialTail.Quantile(1 - GuaranteeCheck.FalseAlarmRate, repetitions, guarantee.Delta) / repetitions);
    }

    private static void Check(IReadOnlyList<ServingCandidate> candidates, Guarantee guarantee)
    {
        if (candidates.Count == 0 || candidates.Any(c => c.Losses.Count != candidates[0].Losses.Count || c.Costs.Count != c.Losses.Count || c.Doubts.Count != c.Losses.Count))
        {
            throw new ArgumentException("The candidates must be at least one, all with a loss, a cost and a doubt for each of the same examples.");
        }

        if (!(guarantee.Epsilon > 0 && guarantee.Epsilon < 1 && guarantee.Delta > 0 && guarantee.Delta < 1))
        {
            throw new ArgumentException($"The guarantee asks for epsilon {guarantee.Epsilon} and delta {guarantee.Delta}; both must lie between 0 and 1, such as 0.01 and 0.05.");
        }
    }

    /// <summary>The candidates that no other beats in both doubt and cost on the examples, from the least doubtful to the cheapest.</summary>
    private static IReadOnlyList<int> Front(IReadOnlyList<ServingCandidate> candidates, IReadOnlyList<int> examples)
    {
        var points = candidates.Select((candidate, index) => (
            Index: index,
            Doubt: examples.Sum(example => candidate.Losses[example] ? 1 : candidate.Doubts[example]),
            Cost: examples.Sum(example => candidate.Costs[example])));
        List<int> front = [];
        var least = double.PositiveInfinity;
        foreach (var point in points.OrderBy(point => point.Doubt).ThenBy(point => point.Cost))
        {
            if (point.Cost < least)
            {
                least = point.Cost;
                front.Add(point.Index);
            }
        }

        return front;
    }
}
