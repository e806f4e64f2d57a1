namespace Understudy.Cli.Bench.Scale;

/// <summary>
/// Finds out how many requests get on beside each other, from a run with a fixed number of callers. How many are answered a second does not tell:
/// but where few get on, short requests wait behind long ones, and the middle request takes longer.
/// </summary>
internal static class WorkerFit
{
    private const int Requests = 6_000;

    /// <param name="alone">What requests take alone, and the capacity.</param>
    /// <param name="middle">What the middle request took with <paramref name="callers"/> at once, in milliseconds.</param>
    /// <param name="callers">Of that run.</param>
    /// <param name="seed">Of the random numbers.</param>
    public static int Of(ServiceTimes alone, double middle, int callers, int seed) => Enumerable.Range(1, callers)
        .MinBy(workers => Math.Abs(Math.Log(Middle(alone with { Workers = workers }, callers, seed) / middle)));

    /// <summary>What the middle request takes in simulated time, in milliseconds.</summary>
    public static double Middle(ServiceTimes times, int callers, int seed)
    {
        var random = new Random(seed);
        var instance = new SharedInstance(times.Capacity, times.Workers);
        var taken = new List<double>(Requests);
        for (var caller = 0; caller < callers; caller++)
        {
            instance.Add(0, Draw());
        }

        instance.Advance(double.PositiveInfinity, (arrival, end) =>
        {
            taken.Add(end - arrival);
            if (taken.Count < Requests)
            {
                instance.Add(end, Draw());
            }
        });
        return taken.Order().ElementAt(taken.Count / 2);

        double Draw() => times.Milliseconds[random.Next(times.Milliseconds.Count)];
    }
}
