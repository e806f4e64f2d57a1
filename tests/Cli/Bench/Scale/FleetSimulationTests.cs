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

    [Fact]
    public void Run_HeldUpUntilTheOthersAreDone_WaitsAsInAQueue()
    {
        // Whoever comes meanwhile is served after the one under way: as many at once as have come, so less than M/D/1's S + ρ S / 2 (1 − ρ), and more than a share's.
        var queue = 10 + (0.3 * 10 / (2 * 0.7));
        var held = FleetSimulation.Run(new(Constant(), 1, Hold: 1000), 1, 30, Requests, 3).Latency;
        var shared = FleetSimulation.Run(new(Constant(), 1), 1, 30, Requests, 3).Latency;

        Assert.InRange(held.Mean, queue * 0.99, shared.Mean * 1.2);
    }

    [Fact]
    public void Run_ShortBehindLong_IsHeldUpForAWhile()
    {
        double end = 0;
        var instance = new SharedInstance(1, 5);
        instance.Add(0, 100);
        instance.Advance(10, (_, _) => { });
        instance.Add(10, 1);

        instance.Advance(50, (_, at) => end = at);

        Assert.Equal(10 + 5 + 2, end, 1e-9); // held up for 5, then half the speed
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    [InlineData(8)]
    public void Fit_WhatRequestsAreHeldUpFor_FindsIt(double hold)
    {
        // A few long requests among short ones, as a cascade makes them.
        var times = new ServiceTimes([.. Enumerable.Repeat(0.5, 94), .. Enumerable.Repeat(30.0, 6)], 1.2);

        Assert.InRange(HoldFit.Of(times, HoldFit.Simulate(times with { Hold = hold }, 4, seed: 1), 4, seed: 2), hold * 0.79, hold * 1.27);
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

        var summary = FleetSimulation.Replay(new([10], 1), sent, [10, 10]);

        Assert.Equal((3, 13.33, 15), (summary.Requests, summary.Mean, summary.P50));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.8)]
    public void Run_OneProcessorShared_IsAtWorkAsMuchAsItIsLoaded(double load) =>
        Assert.Equal(1, FleetSimulation.Run(new(Exponential(), 1), 1, load * 100, Requests, 3).AtWork / load, 0.03);

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

    [Fact]
    public void Both_TwoMeasurements_AnswerAsManyASecondAsTheyDoOnAverage()
    {
        var both = ServiceTimes.Both(new([10, 10], 1), new([20, 20], 1));

        Assert.Equal((15, 75), (both.Mean, Math.Round(both.PerSecond, 6)));
    }

    private static double[] Constant() => [10];

    /// <summary>Quantiles of an exponential distribution with the mean 10.</summary>
    private static double[] Exponential()
    {
        var times = Enumerable.Range(0, 10_000).Select(i => -Math.Log(1 - ((i + 0.5) / 10_000))).ToArray();
        return [.. times.Select(time => time * 10 / times.Average())];
    }
}
