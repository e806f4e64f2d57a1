namespace Understudy.Inference.Quality;

/// <summary>
/// Whether two samples of counts come from one distribution: Pearson's chi-square test of homogeneity, which knows that both are finite. Cells that are too
/// rare for it are taken together by what both samples have of them, which says nothing of how they differ, so that the test stays valid with many labels.
/// </summary>
/// <param name="Statistic">χ²; large where they differ.</param>
/// <param name="Degrees">Of freedom: cells less one.</param>
/// <param name="PValue">How often chance alone brings such a statistic.</param>
/// <param name="Effect">
/// How far they are apart: the population stability index Σ (p − q) ln(p / q), to first order, less what chance alone brings to it (Yurdakul and Naranjo,
/// 2020), so that small samples are not taken for large differences. By custom 0.1 is a moderate and 0.25 a major change.
/// </param>
public sealed record TwoSampleTest(double Statistic, int Degrees, double PValue, double Effect)
{
    /// <summary>No cell is expected to hold less, in either sample.</summary>
    private const double LeastExpected = 5;

    /// <param name="recent">[cells]</param>
    /// <param name="calibrated">[cells]</param>
    /// <returns>Null where fewer than two cells are full enough.</returns>
    public static TwoSampleTest? Of(IReadOnlyList<long> recent, IReadOnlyList<long> calibrated)
    {
        double here = recent.Sum(), there = calibrated.Sum();
        var cells = Pooled(recent, calibrated, LeastExpected * (here + there) / Math.Min(here, there));
        if (here == 0 || there == 0 || cells.Count < 2)
        {
            return null;
        }

        var statistic = cells.Sum(cell => Math.Pow((cell.Here * Math.Sqrt(there / here)) - (cell.There * Math.Sqrt(here / there)), 2) / (cell.Here + cell.There));
        var degrees = cells.Count - 1;
        return new(statistic, degrees, ChiSquareTail.Above(statistic, degrees), Math.Max(0, (statistic - degrees) * ((1 / here) + (1 / there))));
    }

    /// <param name="least">What a cell must have of both samples together.</param>
    private static List<(long Here, long There)> Pooled(IReadOnlyList<long> recent, IReadOnlyList<long> calibrated, double least)
    {
        List<(long Here, long There)> cells = [];
        var rare = (Here: 0L, There: 0L);
        foreach (var cell in recent.Zip(calibrated).OrderBy(cell => cell.First + cell.Second))
        {
            if (cell.First + cell.Second >= least && (rare == default || rare.Here + rare.There >= least))
            {
                cells.Add(cell);
                continue;
            }

            rare = (rare.Here + cell.First, rare.There + cell.Second);
        }

        if (rare.Here + rare.There >= least)
        {
            cells.Add(rare);
        }

        return cells;
    }
}
