namespace Understudy.Cli.Bench.Scale;

/// <summary>
/// Finds out how much work of requests that meet an instance gets done, from a run in which they came at random. What it answers when many
/// callers press it does not tell: then caches are warm and waiting inputs go through the lead together.
/// </summary>
internal static class CapacityFit
{
    private const double Least = 0.5, Step = 1.02;

    /// <summary>The capacity with which the simulation of the very same requests comes to the mean that they had.</summary>
    /// <param name="sent">What was sent, in order, and what each took.</param>
    /// <param name="alone">What each text takes alone, in milliseconds.</param>
    /// <param name="cores">No capacity is greater.</param>
    public static double Of(IReadOnlyList<SentRequest> sent, IReadOnlyList<double> alone, double cores)
    {
        var mean = sent.Average(request => request.Milliseconds);
        return Capacities(cores).MinBy(capacity => Math.Abs(Math.Log(FleetSimulation.Replay(capacity, sent, alone).Mean / mean)));
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
