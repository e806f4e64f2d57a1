namespace Understudy.Cli.Bench.Scale;

/// <summary>
/// Finds out how long requests hold each other up, from a run with a few callers. How many are answered a second does not tell: but the longer
/// short requests are held up by long ones, the longer the middle request takes, and the slower ones.
/// </summary>
internal static class HoldFit
{
    private const int Requests = 6_000;

    private static readonly double[] Holds = [0, .. Enumerable.Range(0, 24).Select(i => 0.25 * Math.Pow(2, i / 3.0))];

    /// <param name="alone">What requests take alone, and the capacity.</param>
    /// <param name="measured">What requests took with <paramref name="callers"/> at once.</param>
    /// <param name="callers">Of that run.</param>
    /// <param name="seed">Of the random numbers.</param>
    /// <returns>In milliseconds.</returns>
    public static double Of(ServiceTimes alone, LatencySummary measured, int callers, int seed) => Holds.MinBy(hold =>
    {
        var simulated = Simulate(alone with { Hold = hold }, callers, seed);
        return Distance(simulated.P50, measured.P50) + Distance(simulated.P95, measured.P95);
    });

    /// <summary>What requests take in simulated time when so many callers send one after the other.</summary>
    public static LatencySummary Simulate(ServiceTimes times, int callers, int seed)
    {
        var random = new Random(seed);
        var instance = new SharedInstance(times.Capacity, times.Hold);
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
        return LatencySummary.Of(taken);

        double Draw() => times.Milliseconds[random.Next(times.Milliseconds.Count)];
    }

    private static double Distance(double a, double b) => Math.Pow(Math.Log(a / b), 2);
}
