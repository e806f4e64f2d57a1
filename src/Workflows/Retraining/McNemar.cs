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
    /// <param name="allowed">So many of the lost do not count: of as many examples the new one may lose them.</param>
    public static double NoWorse(long lost, long won, long allowed = 0) => lost <= allowed ? 1 : BinomialTail.AtMost(won, lost - allowed + won, 0.5);
}
