using Understudy.Inference.Tasks;

namespace Understudy.Inference.Cascades;

/// <summary>
/// Learn-then-Test by fixed-sequence testing (Angelopoulos et al., arXiv 2110.01052). Hypothesis of a level: its risk is above epsilon.
/// The p-value of seeing at most that many losses is the exact binomial tail. Levels are tested in an order fixed beforehand, each at delta,
/// up to the first that cannot be rejected. A false rejection needs the first true hypothesis in the order to be rejected, which has
/// probability at most delta; so with probability 1 − delta every level passed keeps the promise, whichever of them is then used.
/// </summary>
internal static class FixedSequenceTest
{
    /// <summary>The number of levels passed, the trivial level 0 (no student answers, risk 0) included: at least 1.</summary>
    public static int Passed(LevelSums sums, Guarantee guarantee)
    {
        var level = 1;
        while (level < ThresholdPath.Levels.Length && PValue(sums, level, guarantee) <= guarantee.Delta)
        {
            level++;
        }

        return level;
    }

    public static double PValue(LevelSums sums, int level, Guarantee guarantee) =>
        BinomialTail.AtMost(sums.Losses[level], sums.Examples, guarantee.Epsilon);
}
