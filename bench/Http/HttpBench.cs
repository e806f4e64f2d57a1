using System.Text.Json;
using Understudy.Bench.Serving;

namespace Understudy.Bench.Http;

/// <summary>
/// <c>bench http [--task mail-triage] [--requests 600] [--rounds 5] [--data FILE] [--models DIR] [--json]</c>: what the direct path over
/// HTTP costs beside the same calls in process: latency at concurrency 1, throughput at concurrency 16. Exit code 1 when HTTP's median
/// is more than a millisecond above.
/// </summary>
internal static class HttpBench
{
    private const double BarMilliseconds = 1;
    private const int Concurrency = 16;

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--task", "--requests", "--rounds", "--data", "--models");
        var requests = options.Number("--requests", 600);
        var rounds = options.Number("--rounds", 5);
        await using var served = await ServedTask.StartAsync(options);
        using var calls = new TwoWays(served);
        var latency = await Latency.MeasureAsync(calls, requests);
        var throughput = await Throughput.MeasureAsync(calls, Concurrency, rounds, requests);
        Print(options.Json, served.Task, latency, throughput);
        return latency.OverheadMilliseconds <= BarMilliseconds ? 0 : 1;
    }

    private static void Print(bool json, string task, Latency latency, Throughput throughput)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { task, latency, throughput }, JsonSerializerOptions.Web));
            return;
        }

        Console.WriteLine($"{task}, {latency.Requests} requests of one input each way, taking turns; milliseconds");
        Console.WriteLine($"{"",-14}{"p50",10}{"p95",10}");
        Console.WriteLine($"{"HTTP",-14}{latency.HttpP50,10:0.000}{latency.HttpP95,10:0.000}");
        Console.WriteLine($"{"in process",-14}{latency.InProcessP50,10:0.000}{latency.InProcessP95,10:0.000}");
        Console.WriteLine($"{"difference",-14}{latency.OverheadMilliseconds,10:0.000}{latency.HttpP95 - latency.InProcessP95,10:0.000}");
        Console.WriteLine($"{"same input",-14}{latency.PairedP50,10:0.000}   (median of the differences)");
        Console.WriteLine($"{"nothing",-14}{latency.NothingP50,10:0.000}   (GET /health/live)");
        Console.WriteLine();
        Console.WriteLine($"concurrency {throughput.Concurrency}, {latency.Requests} requests a round");
        Console.WriteLine($"{"",-14}{"answers/s",10}{"CPU ms",10}");
        Console.WriteLine($"{"HTTP",-14}{throughput.Http,10:N0}{throughput.HttpCpuMilliseconds,10:0.000}");
        Console.WriteLine($"{"in process",-14}{throughput.InProcess,10:N0}{throughput.InProcessCpuMilliseconds,10:0.000}");
        Console.WriteLine($"{"ratio",-14}{throughput.Ratio,10:0.000}");
    }
}
