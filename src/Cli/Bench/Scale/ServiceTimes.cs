namespace Understudy.Cli.Bench.Scale;

/// <summary>What one instance takes and can do, as measured.</summary>
/// <param name="Milliseconds">Of requests that were sent one after the other, each from its sending to its answer.</param>
/// <param name="Capacity">Requests that get on at full speed beside each other: what many at once come to, over what one at a time comes to.</param>
/// <param name="Hold">How long requests under way hold one up that comes, at most, in milliseconds; see <see cref="HoldFit"/>.</param>
internal sealed record ServiceTimes(IReadOnlyList<double> Milliseconds, double Capacity, double Hold = 0)
{
    public double Mean { get; } = Milliseconds.Average();

    /// <summary>Requests a second that an instance can answer at most.</summary>
    public double PerSecond => Capacity * 1000 / Mean;

    /// <summary>Two measurements as one: the requests of both, and the capacity that gives the mean of what both answered a second.</summary>
    public static ServiceTimes Both(ServiceTimes a, ServiceTimes b)
    {
        double[] milliseconds = [.. a.Milliseconds, .. b.Milliseconds];
        return new(milliseconds, (a.PerSecond + b.PerSecond) / 2 * milliseconds.Average() / 1000, (a.Hold + b.Hold) / 2);
    }
}
