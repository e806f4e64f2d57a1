namespace Understudy.Cli.Bench.Scale;

/// <summary>A load that was really sent.</summary>
/// <param name="Sent">In the order of sending.</param>
/// <param name="Alone">What each text took alone just before and after, in milliseconds.</param>
internal sealed record MeasuredLoad(IReadOnlyList<SentRequest> Sent, IReadOnlyList<double> Alone)
{
    /// <summary>What callers waited.</summary>
    public LatencySummary Waited { get; } = LatencySummary.Of([.. Sent.Select(request => request.Milliseconds)]);

    /// <summary>What the very same requests wait in a simulated instance.</summary>
    public LatencySummary Replay(double capacity) => FleetSimulation.Replay(capacity, Sent, Alone);
}
