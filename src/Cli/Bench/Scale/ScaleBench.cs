using Understudy.Cli.Demo;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench.Scale;

/// <summary>Measures the local host at a few loads, each beside its simulation, and then simulates loads that no one machine carries.</summary>
internal sealed class ScaleBench(string models, int requests, ScaleAssumptions assumptions, Action<string> say)
{
    private const int WarmUp = 60, Callers = 16, Seed = 20, Simulated = 200_000;

    private static readonly double[] Shares = [0.2, 0.4, 0.6];
    private static readonly double[] Loads = [1, 10, 100, 1_000, 10_000];

    public async Task<ScaleReport> RunAsync(CancellationToken cancellationToken)
    {
        string[] texts = [.. TestMails.Load(0, cancellationToken).Select(mail => mail.Text)];
        await using var folder = new DemoFolder();
        await using var host = await HostProcess.StartAsync(HostFiles.Find(), folder.Path, models, 64, cancellationToken);
        var test = new LoadTest(host.Http, DemoPlan.Task, texts, Seed);
        await test.OneByOneAsync(WarmUp, cancellationToken);
        await test.AtOnceAsync(WarmUp, Callers, cancellationToken);

        List<ScaleLine> compared = [];
        List<ServiceTimes> measured = [];
        foreach (var share in Shares)
        {
            // What else the machine does changes from minute to minute, so each load has its own service times, from just before and just after.
            var before = await MeasureAsync(test, cancellationToken);
            var perSecond = before.PerSecond * share;
            say(FormattableString.Invariant($"{perSecond:0.0} requests a second, {share:0%} of what this machine can do ({before.Mean:0.0} ms alone, {before.Capacity:0.00} at once) …"));
            var waited = LatencySummary.Of(await test.AtRandomAsync(requests, perSecond, cancellationToken));
            var times = ServiceTimes.Both(before, await MeasureAsync(test, cancellationToken));
            compared.Add(new(share, Math.Round(perSecond, 1), waited, FleetSimulation.Run(times, 1, perSecond, Simulated, Seed).Latency));
            measured.Add(times);
        }

        var all = measured.Aggregate(ServiceTimes.Both);
        return new(
            DemoPlan.Task, Math.Round(all.Mean, 2), Math.Round(all.Capacity, 2), Math.Round(all.PerSecond, 1), assumptions.InWords, compared,
            [.. Loads.Select(load => ScalePrediction.Of(load, all, assumptions, Seed))]);
    }

    private async Task<ServiceTimes> MeasureAsync(LoadTest test, CancellationToken cancellationToken)
    {
        var alone = await test.OneByOneAsync(Math.Max(50, requests / 3), cancellationToken);
        var atOnce = await test.AtOnceAsync(Math.Max(100, requests / 2), Callers, cancellationToken);
        return new(alone, atOnce * alone.Average() / 1000);
    }
}
