namespace Understudy.Cli.Bench.Scale;

/// <summary>What a load is predicted to come to.</summary>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="Instances">That are needed.</param>
/// <param name="Latency">What callers wait.</param>
/// <param name="CostAMonth">Of executions and of instances at work, for 30 days.</param>
/// <param name="CostAMillion">The same for a million requests.</param>
internal sealed record ScalePrediction(double PerSecond, int Instances, LatencySummary Latency, double CostAMonth, double CostAMillion)
{
    private const double MonthSeconds = 30 * 24 * 3600;

    /// <summary>Simulated requests of a load; more for fleets, so that every instance gets some.</summary>
    private const int Requests = 60_000, RequestsAnInstance = 400;

    public static ScalePrediction Of(double perSecond, ServiceTimes times, ScaleAssumptions assumptions, int seed)
    {
        var instances = Math.Max(1, (int)Math.Ceiling(perSecond / (times.PerSecond * assumptions.Busy)));
        var run = FleetSimulation.Run(times, instances, perSecond, Math.Max(Requests, instances * RequestsAnInstance), seed);

        var second = (run.Billed * assumptions.MemoryGb * assumptions.GbSecondPrice) + (perSecond * assumptions.MillionExecutionsPrice / 1e6);
        return new(perSecond, instances, run.Latency, Math.Round(second * MonthSeconds, 2), Math.Round(second / perSecond * 1e6, 2));
    }
}
