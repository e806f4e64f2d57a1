using Understudy.Cli.Demo;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Bench.Scale;

/// <summary>Measures the local host at a few loads, each beside its simulation, and then simulates loads that no one machine carries.</summary>
internal sealed class ScaleBench(string models, int requests, int rounds, ScaleAssumptions assumptions, Action<string> say)
{
    private const int Callers = 16, FewCallers = 4, Seed = 20;

    private static readonly double[] Shares = [0.2, 0.4, 0.6];
    private static readonly double[] Loads = [1, 10, 100, 1_000, 10_000];

    public async Task<ScaleReport> RunAsync(CancellationToken cancellationToken)
    {
        string[] texts = [.. TestMails.Load(requests, cancellationToken).Select(mail => mail.Text)];
        await using var folder = new DemoFolder();
        await using var host = await HostProcess.StartAsync(HostFiles.Find(), folder.Path, models, 64, cancellationToken);
        var test = new LoadTest(host.Http, DemoPlan.Task, texts, Seed);
        await test.OneByOneAsync(cancellationToken);
        await test.AtOnceAsync(Callers, cancellationToken);

        List<ScaleLine> compared = [];
        List<ServiceTimes> measured = [];
        foreach (var share in Shares)
        {
            var perSecond = 0.0;
            List<LatencySummary> waited = [], simulated = [];
            for (var round = 0; round < rounds; round++)
            {
                // What else the machine does changes from moment to moment, so each round has its own service times, from just before and just after.
                var before = await MeasureAsync(test, cancellationToken);
                perSecond = perSecond > 0 ? perSecond : before.PerSecond * share;
                var sent = await test.AtRandomAsync(perSecond, cancellationToken);
                var after = await MeasureAsync(test, cancellationToken);
                var times = ServiceTimes.Both(before, after);
                waited.Add(LatencySummary.Of([.. sent.Select(request => request.Milliseconds)]));
                simulated.Add(FleetSimulation.Replay(times, sent, [.. before.Milliseconds.Zip(after.Milliseconds, (a, b) => (a + b) / 2)]));
                measured.Add(times);
                say(FormattableString.Invariant($"{perSecond:0.0} requests a second: {waited[^1].Mean:0.0} ms, simulated {simulated[^1].Mean:0.0} ms ({times.Mean:0.0} ms alone, {times.Capacity:0.00} at full speed, held up for {times.Hold:0.0} ms)"));
            }

            compared.Add(new(share, Math.Round(perSecond, 1), LatencySummary.Middle(waited), LatencySummary.Middle(simulated)));
        }

        // The middle one of all rounds by what it can answer.
        var all = measured.OrderBy(times => times.PerSecond).ElementAt(measured.Count / 2);
        return new(
            DemoPlan.Task, Math.Round(all.Mean, 2), Math.Round(all.Capacity, 2), Math.Round(all.Hold, 2), Math.Round(all.PerSecond, 1), assumptions.InWords, compared,
            [.. Loads.Select(load => ScalePrediction.Of(load, all, assumptions, Seed))]);
    }

    private static async Task<ServiceTimes> MeasureAsync(LoadTest test, CancellationToken cancellationToken)
    {
        var alone = await test.OneByOneAsync(cancellationToken);
        var (perSecond, _) = await test.AtOnceAsync(Callers, cancellationToken);
        var (_, few) = await test.AtOnceAsync(FewCallers, cancellationToken);
        var times = new ServiceTimes(alone, perSecond * alone.Average() / 1000);
        return times with { Hold = HoldFit.Of(times, few, FewCallers, Seed) };
    }
}
