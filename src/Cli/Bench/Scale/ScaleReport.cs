namespace Understudy.Cli.Bench.Scale;

/// <summary>The result of <c>understudy bench scale</c>.</summary>
/// <param name="Task">Whose requests were sent.</param>
/// <param name="MeanMilliseconds">A request alone, on average.</param>
/// <param name="Capacity">Requests' worth of work that one instance gets done at full speed while several are under way.</param>
/// <param name="InstancePerSecond">Requests a second that one instance can answer when they come at random.</param>
/// <param name="PressedPerSecond">Requests a second that it answers when callers press it: waiting inputs go through the models together.</param>
/// <param name="Assumptions">In words.</param>
/// <param name="Compared">Loads that were really sent.</param>
/// <param name="Predicted">Loads that were simulated.</param>
internal sealed record ScaleReport(
    string Task,
    double MeanMilliseconds,
    double Capacity,
    double InstancePerSecond,
    double PressedPerSecond,
    IReadOnlyList<string> Assumptions,
    IReadOnlyList<ScaleLine> Compared,
    IReadOnlyList<ScalePrediction> Predicted)
{
    /// <summary>True when the mean of every load that was sent was predicted within a fifth.</summary>
    public bool Agrees => Compared.All(line => Math.Abs(line.MeanError) <= 0.2);
}
