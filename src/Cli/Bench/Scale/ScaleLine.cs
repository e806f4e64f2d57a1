namespace Understudy.Cli.Bench.Scale;

/// <summary>A load that was really sent in several rounds, beside what the simulation says of the very same requests from what each took alone before and after; the middle of the rounds.</summary>
/// <param name="Busy">The share of what the host answers when callers press it.</param>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="Measured">What callers waited.</param>
/// <param name="Predicted">What the simulation says.</param>
/// <param name="MeanError">How far the predicted mean is off, as a share of the measured one: the middle of what it is in each round, as a busy machine is slow for both.</param>
/// <param name="P95Error">The same of the 95th percentile.</param>
internal sealed record ScaleLine(double Busy, double PerSecond, LatencySummary Measured, LatencySummary Predicted, double MeanError, double P95Error)
{
    /// <param name="rounds">At least one.</param>
    public static ScaleLine Of(double busy, double perSecond, IReadOnlyList<(LatencySummary Waited, LatencySummary Simulated)> rounds)
    {
        return new(
            busy,
            Math.Round(perSecond, 1),
            LatencySummary.Middle([.. rounds.Select(round => round.Waited)]),
            LatencySummary.Middle([.. rounds.Select(round => round.Simulated)]),
            Off(summary => summary.Mean),
            Off(summary => summary.P95));

        double Off(Func<LatencySummary, double> of) => Math.Round(rounds.Select(round => (of(round.Simulated) / of(round.Waited)) - 1).Order().ElementAt(rounds.Count / 2), 3);
    }
}
