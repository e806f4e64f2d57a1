namespace Understudy.Cli.Bench.Scale;

/// <summary>What a simulation came to.</summary>
/// <param name="Latency">What callers waited.</param>
/// <param name="AtWork">Instances that had a request under way, on average.</param>
/// <param name="Billed">Instances that are paid for, on average.</param>
internal sealed record FleetRun(LatencySummary Latency, double AtWork, double Billed);
