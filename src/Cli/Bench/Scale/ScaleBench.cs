using Understudy.Cli.Demo;

namespace Understudy.Cli.Bench.Scale;

/// <summary>Measures the local host at a few loads, each beside its simulation, and then simulates loads that no one machine carries.</summary>
internal sealed class ScaleBench(string models, int requests, int rounds, ScaleAssumptions assumptions, Action<string> say)
{
    private const int Callers = 16, MostWarming = 30, Seed = 20;

    /// <summary>The load that the capacity is found out with, as a share of what is answered when callers press: above the others, since at lower ones too few requests meet to tell it.</summary>
    private const double Tried = 0.6;

    private static readonly double[] Shares = [0.2, 0.35, 0.5];
    private static readonly double[] Loads = [1, 10, 100, 1_000, 10_000];

    public async Task<ScaleReport> RunAsync(CancellationToken cancellationToken)
    {
        string[] texts = [.. TestMails.Load(requests, cancellationToken).Select(mail => mail.Text)];
        await using var folder = new DemoFolder();
        await using var host = await HostProcess.StartAsync(HostFiles.Find(), folder.Path, models, 64, cancellationToken);
        var test = new LoadTest(host.Http, DemoPlan.Task, texts, Seed);
        var most = await WarmAsync(test, cancellationToken);
        say(FormattableString.Invariant($"{most:0.0} requests a second when {Callers} callers press"));

        List<MeasuredLoad> tried = [];
        var rows = Shares.Select(_ => new List<MeasuredLoad>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            // What else the machine does changes from moment to moment, so each load finds out anew what requests take alone.
            tried.Add(await SendAsync(test, most * Tried, cancellationToken));
            say(FormattableString.Invariant($"round {round + 1} of {rounds}: {tried[^1].Alone.Average():0.0} ms alone, capacity {CapacityFit.Of([tried[^1]], Environment.ProcessorCount):0.00}"));
            foreach (var (share, row) in Shares.Zip(rows))
            {
                row.Add(await SendAsync(test, most * share, cancellationToken));
                say(FormattableString.Invariant($"{most * share:0.0} requests a second: {row[^1].Waited.Mean:0.0} ms ({row[^1].Alone.Average():0.0} ms alone)"));
            }
        }

        var all = new ServiceTimes(tried.OrderBy(load => load.Alone.Average()).ElementAt(tried.Count / 2).Alone, CapacityFit.Of(tried, Environment.ProcessorCount));
        return new(
            DemoPlan.Task, Math.Round(all.Mean, 2), Math.Round(all.Capacity, 2), Math.Round(all.PerSecond, 1), Math.Round(most, 1), assumptions.InWords,
            [.. Shares.Zip(rows, (share, row) => ScaleLine.Of(share, most * share, [.. row.Select(load => (load.Waited, load.Replay(all.Capacity)))]))],
            [.. Loads.Select(load => ScalePrediction.Of(load, all, assumptions, Seed))]);
    }

    /// <summary>Presses until that makes it no faster: code is still being compiled, more of it the more often it runs.</summary>
    /// <returns>Requests a second.</returns>
    private static async Task<double> WarmAsync(LoadTest test, CancellationToken cancellationToken)
    {
        var (most, since) = (0.0, 0);
        for (var run = 0; run < MostWarming && since < 3; run++)
        {
            var perSecond = await test.AtOnceAsync(Callers, cancellationToken);
            since = perSecond > most * 1.05 ? 0 : since + 1;
            most = Math.Max(most, perSecond);
        }

        return most;
    }

    /// <summary>A load, and what its texts take alone: half of them measured before and half after, as what else the machine does changes from moment to moment.</summary>
    private static async Task<MeasuredLoad> SendAsync(LoadTest test, double perSecond, CancellationToken cancellationToken)
    {
        var texts = test.Shuffled();
        var alone = new double[texts.Length];
        await test.OneByOneAsync(alone, texts[..(texts.Length / 2)], perSecond, cancellationToken);
        var sent = await test.AtRandomAsync(perSecond, cancellationToken);
        await test.OneByOneAsync(alone, texts[(texts.Length / 2)..], perSecond, cancellationToken);
        return new(sent, alone);
    }
}
