using System.Diagnostics;
using System.Text.Json;
using Understudy.LocalHost.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.Bench.Durable;

/// <summary><c>bench engine [--fan-out 5000] [--runs 3] [--power-loss] [--json]</c>: what a step of the embedded engine costs.</summary>
internal static class EngineBench
{
    private const int Short = 100;
    private const int Long = 10_000;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--fan-out", "--runs", "--power-loss");
        var fanOut = options.Number("--fan-out", 5_000);
        var runs = options.Number("--runs", 3);
        var folder = Directory.CreateTempSubdirectory("understudy-bench-").FullName;
        try
        {
            var durability = options.Has("--power-loss") ? Durability.PowerLoss : Durability.ProcessCrash;
            await using var engine = new BenchEngine(Path.Combine(folder, "workflows.db"), durability);
            await TimeAsync(engine.Client, BenchWorkflows.FanOut, fanOut);
            await TimeAsync(engine.Client, BenchWorkflows.Sequence, 10 * Short);

            var fan = await MedianAsync(runs, () => TimeAsync(engine.Client, BenchWorkflows.FanOut, fanOut));
            var shortStep = await MedianAsync(10 * runs, () => TimeAsync(engine.Client, BenchWorkflows.Sequence, Short)) / Short;
            var longStep = await MedianAsync(runs, () => TimeAsync(engine.Client, BenchWorkflows.Sequence, Long)) / Long;
            Print(options.Json, fanOut, fanOut / fan.TotalSeconds, shortStep, longStep);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<TimeSpan> TimeAsync<TOut>(IWorkflowClient client, WorkflowName<int, TOut> name, int input)
    {
        var clock = Stopwatch.StartNew();
        var state = await client.WaitAsync(await client.StartAsync(name, input));
        var time = clock.Elapsed;
        if (state.Status != WorkflowStatus.Completed)
        {
            throw new InvalidOperationException($"'{name}' ended as {state.Status}: {state.Failure?.Message}");
        }

        await client.PurgeAsync(state.InstanceId);
        return time;
    }

    private static async Task<TimeSpan> MedianAsync(int runs, Func<Task<TimeSpan>> measure)
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i < runs; i++)
        {
            times.Add(await measure());
        }

        times.Sort();
        return times[times.Count / 2];
    }

    private static void Print(bool json, int fanOut, double perSecond, TimeSpan shortStep, TimeSpan longStep)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                fanOut,
                activitiesPerSecond = Math.Round(perSecond),
                shortStepMicroseconds = Math.Round(shortStep.TotalMicroseconds, 1),
                longStepMicroseconds = Math.Round(longStep.TotalMicroseconds, 1),
                longOverShort = Math.Round(longStep / shortStep, 2),
            }));
            return;
        }

        Console.WriteLine($"fan-out of {fanOut}: {perSecond:N0} no-op activities a second");
        Console.WriteLine($"one after the other: {shortStep.TotalMicroseconds:N0} µs a step over {Short} steps, "
            + $"{longStep.TotalMicroseconds:N0} µs over {Long:N0} ({longStep / shortStep:N2} times)");
    }
}
