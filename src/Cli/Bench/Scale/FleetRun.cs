namespace Understudy.Cli.Bench.Scale;

/// <summary>What a simulation came to.</summary>
/// <param name="Latency">What callers waited.</param>
/// <param name="AtWork">Instances that had a request under way, on average.</param>
internal sealed record FleetRun(LatencySummary Latency, double AtWork);
