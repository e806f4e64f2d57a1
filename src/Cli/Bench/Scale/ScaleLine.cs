namespace Understudy.Cli.Bench.Scale;

/// <summary>A load that was really sent in several rounds, beside what the simulation says of the very same requests from what each took alone before and after; the middle of the rounds.</summary>
/// <param name="Busy">The share of what the host answers when callers press it.</param>
/// <param name="PerSecond">Requests a second.</param>
/// <param name="Measured">What callers waited.</param>
/// <param name="Predicted">What the simulation says.</param>
internal sealed record ScaleLine(double Busy, double PerSecond, LatencySummary Measured, LatencySummary Predicted)
{
    /// <summary>How far the predicted mean is off, as a share of the measured one.</summary>
    public double MeanError => Math.Round((Predicted.Mean / Measured.Mean) - 1, 3);

    public double P95Error => Math.Round((Predicted.P95 / Measured.P95) - 1, 3);
}
