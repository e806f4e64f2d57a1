namespace Understudy.Cli.Bench.Scale;

/// <summary>What one instance takes and can do, as measured.</summary>
/// <param name="Milliseconds">Of requests that were sent one after the other with pauses, each from its sending to its answer.</param>
/// <param name="Capacity">How many requests' worth of work gets done at full speed while several are under way; see <see cref="CapacityFit"/>.</param>
internal sealed record ServiceTimes(IReadOnlyList<double> Milliseconds, double Capacity)
{
    public double Mean { get; } = Milliseconds.Average();

    /// <summary>Requests a second that an instance can answer at most when they come at random.</summary>
    public double PerSecond => Capacity * 1000 / Mean;
}
