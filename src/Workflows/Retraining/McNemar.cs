using Understudy.Inference.Cascades;

namespace Understudy.Workflows.Retraining;

/// <summary>The exact paired test of McNemar ("Note on the sampling error of the difference between correlated proportions", 1947), one-sided.</summary>
internal static class McNemar
{
    /// <summary>Below it a new release counts as worse.</summary>
    public const double Significance = 0.05;

    /// <summary>P[Bin(lost + won, ½) ≥ lost]: how well what was seen goes with "the new one is no worse".</summary>
    /// <param name="lost">Examples that only the old one had right.</param>
    /// <param name="won">Those that only the new one had right.</param>
    public static double NoWorse(long lost, long won) => BinomialTail.AtMost(won, lost + won, 0.5);

    /// <summary>
    /// The same where the new one may lose a share of all inputs: Σₐ P[Bin(examples, epsilon) = a] · NoWorse(lost − a, won). How many of the examples are among those that it may
    /// lose is chance too: counted as no more than are expected, a new one that loses just so many would be refused far more often than <see cref="Significance"/> says.
    /// </summary>
    /// <param name="lost">Examples that only the old one had right.</param>
    /// <param name="won">Those that only the new one had right.</param>
    /// <param name="examples">All that were drawn.</param>
    /// <param name="epsilon">The share, from 0 to below 1.</param>
    public static double NoWorse(long lost, long won, long examples, double epsilon) =>
        Math.Min(1, BinomialTail.Mean(examples, epsilon, allowed => NoWorse(Math.Max(0, lost - allowed), won)));
}
