namespace Understudy.Cli.Bench.Scale;

/// <summary>Requests that come at random (Poisson) to a number of instances, event by event.</summary>
internal static class FleetSimulation
{
    /// <param name="times">What a request takes alone, drawn anew for each.</param>
    /// <param name="instances">How many there are, all the while.</param>
    /// <param name="perSecond">Requests a second, all instances together.</param>
    /// <param name="requests">Requests in all; the first tenth fills the instances and is not counted.</param>
    /// <param name="seed">Of the random numbers.</param>
    public static FleetRun Run(ServiceTimes times, int instances, double perSecond, int requests, int seed)
    {
        var random = new Random(seed);
        var fleet = Enumerable.Range(0, instances).Select(_ => new SharedInstance(times.Capacity)).ToArray();
        var latencies = new List<double>(requests);
        var counted = 0.0;
        void Ended(double arrival, double end)
        {
            if (arrival >= counted)
            {
                latencies.Add(end - arrival);
            }
        }

        var now = 0.0;
        for (var i = 0; i < requests; i++)
        {
            now -= Math.Log(1 - random.NextDouble()) * 1000 / perSecond;
            counted = i == requests / 10 ? now : i < requests / 10 ? double.PositiveInfinity : counted;
            var chosen = Choose(fleet, random, now, Ended);
            chosen.Add(now, times.Milliseconds[random.Next(times.Milliseconds.Count)]);
        }

        foreach (var instance in fleet)
        {
            instance.Advance(double.PositiveInfinity, Ended);
        }

        return new(LatencySummary.Of(latencies), fleet.Sum(instance => instance.AtWork) / now, fleet.Sum(instance => instance.Billed) / now);
    }

    /// <summary>The very requests that were sent to one instance, at the same times, each taking alone what its text took alone.</summary>
    /// <param name="capacity">Of the instance.</param>
    /// <param name="sent">In the order of sending.</param>
    /// <param name="alone">What each text takes alone, in milliseconds.</param>
    public static LatencySummary Replay(double capacity, IReadOnlyList<SentRequest> sent, IReadOnlyList<double> alone)
    {
        var instance = new SharedInstance(capacity);
        var latencies = new List<double>(sent.Count);
        void Ended(double arrival, double end) => latencies.Add(end - arrival);
        foreach (var request in sent)
        {
            instance.Advance(request.At, Ended);
            instance.Add(request.At, alone[request.Text]);
        }

        instance.Advance(double.PositiveInfinity, Ended);
        return LatencySummary.Of(latencies);
    }

    /// <summary>The less busy of two instances drawn at random.</summary>
    private static SharedInstance Choose(SharedInstance[] fleet, Random random, double now, Action<double, double> ended)
    {
        var (first, second) = (fleet[random.Next(fleet.Length)], fleet[random.Next(fleet.Length)]);
        first.Advance(now, ended);
        second.Advance(now, ended);
        return second.Requests < first.Requests ? second : first;
    }
}
