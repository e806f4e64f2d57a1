using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Understudy.Bench.Serving;
using Understudy.Workflows.Limits;

namespace Understudy.Bench.Durable;

/// <summary>
/// <c>bench durable [--task mail-triage] [--rounds 5] [--shard-records N] [--data FILE] [--models DIR] [--json]</c>: the batch workflow with
/// its blobs and its history, beside the same records through the same stages in process. Exit code 1 when it takes over 5 % more.
/// </summary>
internal static class DurableBench
{
    private const double Bar = 0.05;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--task", "--rounds", "--shard-records", "--data", "--models");
        var rounds = options.Number("--rounds", 5);
        await using var served = options.Text("--shard-records") is null
            ? await ServedTask.StartAsync(options)
            : await ServedTask.StartAsync(options, $"--Limits:ShardRecords={options.Number("--shard-records", 0)}");
        var result = await MeasureAsync(served, rounds);
        Console.WriteLine(options.Json
            ? JsonSerializer.Serialize(result, JsonSerializerOptions.Web)
            : $"{result.Records:N0} records of {result.Task}, shards of {result.ShardRecords}, {result.ShardsInFlight} in flight, median of {rounds} rounds: "
              + $"{result.BatchSeconds:0.000} s as a batch, {result.InProcessSeconds:0.000} s in process, overhead {result.Overhead:P1}, of which the engine {result.EngineOverhead:P1}");
        return result.Overhead < Bar ? 0 : 1;
    }

    private static async Task<BatchOverhead> MeasureAsync(ServedTask served, int rounds)
    {
        var limits = served.Service<IOptions<UnderstudyLimits>>().Value;
        var batch = new BatchWay(served);
        var stages = new StagesWay(served, limits.ShardRecords, limits.ShardsInFlight);
        await stages.RunAsync();
        await batch.RunAsync("warm-up");

        using var steps = new StepClock();
        List<double> durable = [], direct = [], engine = [];
        for (var round = 0; round < rounds; round++)
        {
            // Taking turns at being first, so that what slows the machine down slows both.
            if (round % 2 == 0)
            {
                direct.Add(await TimeAsync(stages.RunAsync));
            }

            durable.Add(await batch.RunAsync($"round-{round}"));
            engine.Add(durable[^1] - steps.TakeSeconds());
            if (round % 2 == 1)
            {
                direct.Add(await TimeAsync(stages.RunAsync));
            }
        }

        return new(
            served.Task, served.Texts.Count, limits.ShardRecords, limits.ShardsInFlight, rounds, Percentiles.Median(durable), Percentiles.Median(direct),
            Percentiles.Median(durable.Zip(direct, (with, without) => (with / without) - 1)), Percentiles.Median(engine.Zip(direct, (own, without) => own / without)));
    }

    private static async Task<double> TimeAsync(Func<Task> run)
    {
        var clock = Stopwatch.StartNew();
        await run();
        return clock.Elapsed.TotalSeconds;
    }
}
