namespace Understudy.Cli.Bench.Scale;

/// <summary>What a prediction takes for granted; printed with it.</summary>
/// <param name="MemoryGb">Of one instance.</param>
/// <param name="Busy">The share of an instance's capacity that is used: more are started above it.</param>
/// <param name="GbSecondPrice">Of a GB of memory for a second of an instance that is at work.</param>
/// <param name="MillionExecutionsPrice">Of a million requests.</param>
internal sealed record ScaleAssumptions(double MemoryGb, double Busy, double GbSecondPrice, double MillionExecutionsPrice)
{
    /// <summary>In words.</summary>
    public IReadOnlyList<string> InWords =>
    [
        FormattableString.Invariant($"Requests come at random and independently (Poisson), and take what was measured here, host and models together."),
        FormattableString.Invariant($"An instance is like this machine, has {MemoryGb:0.#} GB, and requests that meet share evenly what it gets done, as measured here. The lead runs in the instance."),
        FormattableString.Invariant($"There are as many instances as keep each at {Busy:0%} of its capacity, all started; a request goes to the less busy of two."),
        FormattableString.Invariant($"An instance is paid for while any request runs on it, for a second at least and in steps of 100 ms, as the Flex Consumption plan bills instances on demand."),
        FormattableString.Invariant($"A GB-second costs {GbSecondPrice} and a million executions {MillionExecutionsPrice}, in whatever currency; network, storage, telemetry and free grants are left out."),
    ];
}
