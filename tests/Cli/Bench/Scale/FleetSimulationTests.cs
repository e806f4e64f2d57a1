using Understudy.Cli.Bench.Scale;

namespace Understudy.Cli.Tests.Bench.Scale;

/// <summary>The simulation beside what queueing theory says. Seeded; tolerances are several standard errors of these many requests.</summary>
public sealed class FleetSimulationTests
{
    private const int Requests = 200_000;

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    public void Run_OneProcessorShared_MeanIsInsensitiveToTheTimes(double load)
    {
        // M/G/1 with processor sharing: the mean is S / (1 − ρ), whatever the distribution.
        var expected = 10 / (1 - load);

        Assert.All([Constant(), Exponential()], times =>
            Assert.Equal(1, FleetSimulation.Run(new(times, 1), 1, load * 100, Requests, 3).Latency.Mean / expected, 0.05));
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.2)]
    [InlineData(1.9)]
    public void Fit_WhatRequestsThatMeetGetDone_FindsIt(double capacity)
    {
        // A few long requests among short ones, as a cascade makes them.
        var random = new Random(7);
        double[] alone = [.. Enumerable.Range(0, 400).Select(i => i % 25 == 0 ? 30.0 : 0.5 + random.NextDouble())];
        var at = 0.0;
        SentRequest[] sent = [.. Enumerable.Range(0, 2_000).Select(_ => new SentRequest(random.Next(alone.Length), at -= Math.Log(1 - random.NextDouble()) * 4, 0))];
        var mean = FleetSimulation.Replay(capacity, sent, alone).Mean;
        MeasuredLoad Load(double milliseconds) => new([.. sent.Select(request => request with { Milliseconds = milliseconds })], alone);

        Assert.Equal(1, CapacityFit.Of([Load(mean)], 2) / capacity, 0.03);
        Assert.Equal(1, CapacityFit.Of([Load(mean), Load(3 * mean), Load(mean), Load(0.99 * mean), Load(mean / 2)], 2) / capacity, 0.03); // whatever disturbed two of them
    }

    [Fact]
    public void Compare_MachineThatIsBusyForARound_IsJudgedRoundByRound()
    {
        // Each round is 10 % off, whatever the machine does.
        LatencySummary Of(double mean) => new(1, mean, mean, mean, mean);
        var line = ScaleLine.Of(0.5, 100, [(Of(10), Of(9)), (Of(100), Of(110)), (Of(20), Of(18)), (Of(10), Of(11)), (Of(20), Of(22))]);

        Assert.Equal((0.1, 0.1), (line.MeanError, line.P95Error));
        Assert.Equal((20, 18), (line.Measured.Mean, line.Predicted.Mean));
    }

    [Fact]
    public void Replay_RequestsThatHinderEachOther_AreSlowerThanInAQueueButAloneAtFullSpeed()
    {
        // Two come at once to half a core: each is served by a quarter until the first has had its 10 ms. The third meets nobody.
        var summary = FleetSimulation.Replay(0.5, [new(0, 0, 0), new(1, 0, 0), new(0, 100, 0)], [10, 20]);

        Assert.Equal((3, Math.Round((40 + 50 + 10) / 3.0, 2), 40), (summary.Requests, summary.Mean, summary.P50));
    }

    [Fact]
    public void Run_TwoProcessorsShared_IsErlangs()
    {
        // M/M/2 with processor sharing has the mean of M/M/2: S / (1 − ρ²) at ρ of both.
        var expected = 10 / (1 - (0.7 * 0.7));

        Assert.Equal(1, FleetSimulation.Run(new(Exponential(), 2), 1, 140, Requests, 3).Latency.Mean / expected, 0.05);
    }

    [Fact]
    public void Replay_RequestsThatMeet_ShareWhileTheyDo()
    {
        // 10 ms each on one core: the second comes after 5, both are served by half for 10 ms, and the second is alone for its last 5. The third meets nobody.
        SentRequest[] sent = [new(0, 0, 0), new(1, 5, 0), new(0, 100, 0)];

        var summary = FleetSimulation.Replay(1, sent, [10, 10]);

        Assert.Equal((3, 13.33, 15), (summary.Requests, summary.Mean, summary.P50));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.8)]
    public void Run_OneProcessorShared_IsAtWorkAsMuchAsItIsLoaded(double load) =>
        Assert.Equal(1, FleetSimulation.Run(new(Exponential(), 1), 1, load * 100, Requests, 3).AtWork / load, 0.03);

    [Fact]
    public void Billed_ShortTimesAtWork_AreASecondEachAndInStepsOfATenth()
    {
        var instance = new SharedInstance(1);
        foreach (var (arrival, service) in new[] { (0.0, 10.0), (500, 10), (2_000, 1_030) })
        {
            instance.Advance(arrival, (_, _) => { });
            instance.Add(arrival, service);
        }

        instance.Advance(double.PositiveInfinity, (_, _) => { });

        // The second begins in the second that the first has paid for; the third takes longer than one.
        Assert.Equal((1_050, 1_000 + 1_100), (instance.AtWork, instance.Billed));
    }

    /// <summary>A paid second begins with a request, and the next one with the first request after it: 1 of every 1 + 1/λ seconds.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(20)]
    public void Run_ShortRequests_AreBilledByTheSecond(double perSecond) =>
        Assert.Equal(1, FleetSimulation.Run(new([1], 1), 1, perSecond, Requests, 3).Billed / (perSecond / (1 + perSecond)), 0.03);

    [Fact]
    public void Run_HardlyAnyLoad_TakesWhatARequestTakes()
    {
        var summary = FleetSimulation.Run(new(Constant(), 1), 1, 0.01, 5_000, 3).Latency;

        Assert.Equal((10, 10, 10), (Math.Round(summary.Mean), summary.P50, Math.Round(summary.P99)));
    }

    [Fact]
    public void Run_ManyInstances_WaitLessThanOneAtTheSameShare()
    {
        var one = FleetSimulation.Run(new(Exponential(), 1), 1, 70, Requests, 3).Latency;
        var many = FleetSimulation.Run(new(Exponential(), 1), 50, 70 * 50, Requests, 3).Latency;

        Assert.True(many.Mean < one.Mean * 0.8, $"{many.Mean} ms, and {one.Mean} ms for one.");
    }

    [Fact]
    public void Predict_TenThousandTimesTheLoad_NeedsAboutThatManyInstancesAndCostsAsMuchARequest()
    {
        var assumptions = new ScaleAssumptions(4, 0.6, 0.000026, 0.4);
        var (few, many) = (ScalePrediction.Of(100, new(Constant(), 2), assumptions, 3), ScalePrediction.Of(10_000, new(Constant(), 2), assumptions, 3));

        Assert.Equal((1, 84), (few.Instances, many.Instances));
        Assert.InRange(many.Latency.Mean, 10, 20);
        Assert.InRange(many.CostAMillion / few.CostAMillion, 0.7, 1.3);
    }

    private static double[] Constant() => [10];

    /// <summary>Quantiles of an exponential distribution with the mean 10.</summary>
    private static double[] Exponential()
    {
        var times = Enumerable.Range(0, 10_000).Select(i => -Math.Log(1 - ((i + 0.5) / 10_000))).ToArray();
        return [.. times.Select(time => time * 10 / times.Average())];
    }
}
