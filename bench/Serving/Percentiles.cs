namespace Understudy.Bench.Serving;

/// <summary>Order statistics of a few hundred measurements.</summary>
internal static class Percentiles
{
    public static double Median(IEnumerable<double> values) => At(values, 0.5);

    /// <summary>The smallest value that at least the given share of all values do not exceed.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="share">Above 0, at most 1.</param>
    public static double At(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
