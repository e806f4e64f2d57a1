using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Cascades;

/// <summary>
/// Chooses the cheapest thresholds that keep a <see cref="Guarantee"/>: loss = 1 where the cascade is wrong and the lead is right.
/// The levels of a fixed path are tested in order (<see cref="FixedSequenceTest"/>), and of those that pass, the one of least expected
/// cost is taken. Thread-safe.
/// </summary>
public static class ThresholdSearch
{
    /// <returns>One threshold for each student, and the report. With too few examples, or students that are not good enough, every threshold is 2: all defer.</returns>
    /// <exception cref="ArgumentException">The guarantee is not within (0, 1).</exception>
    public static (double[] Thresholds, ThresholdReport Report) Choose(CalibrationTable table, Guarantee guarantee)
    {
        var (_, thresholds, report) = Choose([new(table, 1)], guarantee);
        return (thresholds, report);
    }

    /// <summary>
    /// The same among several ways to serve: each is tested at its share of delta, so that all that pass keep the promise together with
    /// probability 1 − delta (Bonferroni), and of those the cheapest is taken.
    /// </summary>
    /// <returns>Which of the alternatives, one threshold for each of its students, and the report; the first with every threshold 2 when nothing passes.</returns>
    /// <exception cref="ArgumentException">The guarantee is not within (0, 1), or the alternatives do not have the same number of examples or shares that sum to 1 at most.</exception>
    public static (int Alternative, double[] Thresholds, ThresholdReport Report) Choose(IReadOnlyList<ThresholdAlternative> alternatives, Guarantee guarantee)
    {
        Check(alternatives, guarantee);
        var sums = alternatives.Select(a => new LossProfile(a.Table)).Select(p => p.Sum(Enumerable.Range(0, p.Count))).ToArray();
        var (chosen, level) = ChooseAmong(alternatives, sums, guarantee);
        var thresholds = new double[alternatives[chosen].Table.Students.Count];
        Array.Fill(thresholds, ThresholdPath.Levels[level]);
        return (chosen, thresholds, Report(sums[chosen], level, Part(guarantee, alternatives[chosen])));
    }

    internal static (int Alternative, int Level) ChooseAmong(IReadOnlyList<ThresholdAlternative> alternatives, IReadOnlyList<LevelSums> sums, Guarantee guarantee)
    {
        var best = (Alternative: 0, Level: 0);
        for (var i = 0; i < alternatives.Count; i++)
        {
            var level = ChooseLevel(sums[i], Part(guarantee, alternatives[i]));
            if (level > 0 && (best.Level == 0 || sums[i].Cost[level] < sums[best.Alternative].Cost[best.Level] - 1e-9))
            {
                best = (i, level);
            }
        }

        return best;
    }

    internal static int ChooseLevel(LevelSums sums, Guarantee guarantee)
    {
        var passed = FixedSequenceTest.Passed(sums, guarantee);
        var best = 0;
        for (var level = 1; level < passed; level++)
        {
            // Among the certified any may be taken. Of equals the first: it is the safer one.
            if (sums.Answered[level] > 0 && (sums.Answered[best] == 0 || sums.Cost[level] < sums.Cost[best] - 1e-9))
            {
                best = level;
            }
        }

        return best;
    }

    internal static void Check(IReadOnlyList<ThresholdAlternative> alternatives, Guarantee guarantee)
    {
        if (alternatives.Count == 0 || alternatives.Any(a => a.Table.Examples.Count != alternatives[0].Table.Examples.Count))
        {
            throw new ArgumentException("The alternatives must be at least one, all with the same number of examples.");
        }

        if (alternatives.Any(a => !(a.DeltaShare > 0)) || alternatives.Sum(a => a.DeltaShare) > 1 + 1e-9)
        {
            throw new ArgumentException("The alternatives' shares of delta must be above 0 and sum to 1 at most.");
        }

        if (!(guarantee.Epsilon > 0 && guarantee.Epsilon < 1 && guarantee.Delta > 0 && guarantee.Delta < 1))
        {
            throw new ArgumentException($"The guarantee asks for epsilon {guarantee.Epsilon} and delta {guarantee.Delta}; both must lie between 0 and 1, such as 0.01 and 0.05.");
        }
    }

    private static Guarantee Part(Guarantee guarantee, ThresholdAlternative alternative) => guarantee with { Delta = guarantee.Delta * alternative.DeltaShare };

    private static ThresholdReport Report(LevelSums sums, int level, Guarantee guarantee)
    {
        var n = Math.Max(1, sums.Examples);
        return new()
        {
            Certified = level > 0,
            Examples = sums.Examples,
            ExamplesNeeded = Needed(sums, level, guarantee),
            Risk = (double)sums.Losses[level] / n,
            StudentShare = (double)sums.Answered[level] / n,
            PValue = level == 0 ? 1 : FixedSequenceTest.PValue(sums, level, guarantee),
            MillisecondsPerItem = sums.Cost[level] / n,
        };
    }

    private static int Needed(LevelSums sums, int level, Guarantee guarantee)
    {
        var least = BinomialTail.ExamplesNeeded(0, guarantee.Epsilon, guarantee.Delta);
        if (level > 0 || sums.Examples < least)
        {
            return least;
        }

        // There were enough in principle: what failed is the first level at which a student answers.
        var failed = FixedSequenceTest.Passed(sums, guarantee);
        return failed >= ThresholdPath.Levels.Length
            ? 0 : BinomialTail.ExamplesNeeded((double)sums.Losses[failed] / sums.Examples, guarantee.Epsilon, guarantee.Delta);
    }
}
