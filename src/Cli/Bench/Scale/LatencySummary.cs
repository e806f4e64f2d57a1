namespace Understudy.Cli.Bench.Scale;

/// <summary>What callers waited, in milliseconds.</summary>
internal sealed record LatencySummary(int Requests, double Mean, double P50, double P95, double P99)
{
    public static LatencySummary Of(IReadOnlyList<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToArray();
        return sorted.Length == 0
            ? new(0, 0, 0, 0, 0)
            : new(sorted.Length, Round(sorted.Average()), Quantile(0.5), Quantile(0.95), Quantile(0.99));

        double Quantile(double share) => Round(sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))]);
    }

    /// <summary>The middle one of several, number by number: what disturbed a single run does not count.</summary>
    public static LatencySummary Middle(IReadOnlyList<LatencySummary> runs)
    {
        return new(runs.Sum(run => run.Requests), Of(run => run.Mean), Of(run => run.P50), Of(run => run.P95), Of(run => run.P99));

        double Of(Func<LatencySummary, double> number) => runs.Select(number).Order().ElementAt(runs.Count / 2);
    }

    private static double Round(double milliseconds) => Math.Round(milliseconds, 2);
}
