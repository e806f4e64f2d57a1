namespace Understudy.Cli.Bench.Scale;

/// <summary>
/// Finds out how much work of requests that meet an instance gets done, from runs in which they came at random. What it answers when many
/// callers press it does not tell: then caches are warm and waiting inputs go through the lead together. Nor does one run of a few hundred
/// requests: too few of them meet.
/// </summary>
internal static class CapacityFit
{
    private const double Least = 0.5, Step = 1.02;

    /// <summary>The capacity with which the simulation of the very same requests is too long in as many runs as it is too short.</summary>
    /// <param name="runs">Of each, what was sent, in order, and what each took; and what each text took alone then, in milliseconds.</param>
    /// <param name="cores">No capacity is greater.</param>
    public static double Of(IReadOnlyList<MeasuredLoad> runs, double cores)
    {
        return Capacities(cores).MinBy(capacity => Math.Abs(runs.Select(run => Math.Log(run.Replay(capacity).Mean / run.Waited.Mean)).Order().ElementAt(runs.Count / 2)));
    }

    private static IEnumerable<double> Capacities(double cores)
    {
        for (var capacity = Least; capacity < cores; capacity *= Step)
        {
            yield return capacity;
        }

        yield return cores;
    }
}
