using System.Diagnostics;
using Understudy.Bench.Serving;

namespace Understudy.Bench.Http;

/// <summary>What comes out when so many callers ask one input after the other. Callers, host and models share this machine's cores.</summary>
/// <param name="Http">Answers a second over HTTP.</param>
/// <param name="InProcess">Answers a second in process.</param>
/// <param name="Ratio">HTTP's over that in process: the median over rounds of both.</param>
/// <param name="HttpCpuMilliseconds">Processor time an answer over HTTP, the caller's part included.</param>
/// <param name="InProcessCpuMilliseconds">Processor time an answer in process.</param>
internal sealed record Throughput(
    int Concurrency, double Http, double InProcess, double Ratio, double HttpCpuMilliseconds, double InProcessCpuMilliseconds)
{
    /// <summary>Each round is as many requests both ways, in the same order, one way right after the other.</summary>
    public static async Task<Throughput> MeasureAsync(TwoWays calls, int concurrency, int rounds, int requests)
    {
        List<(double PerSecond, double Cpu)> http = [], inProcess = [];
        await RunAsync(calls.HttpAsync, calls.Inputs, concurrency, requests);
        for (var round = 0; round < rounds; round++)
        {
            http.Add(await RunAsync(calls.HttpAsync, calls.Inputs, concurrency, requests));
            inProcess.Add(await RunAsync(calls.InProcessAsync, calls.Inputs, concurrency, requests));
        }

        return new(
            concurrency,
            Percentiles.Median(http.Select(run => run.PerSecond)),
            Percentiles.Median(inProcess.Select(run => run.PerSecond)),
            Percentiles.Median(http.Zip(inProcess, (over, own) => over.PerSecond / own.PerSecond)),
            Percentiles.Median(http.Select(run => run.Cpu)),
            Percentiles.Median(inProcess.Select(run => run.Cpu)));
    }

    private static async Task<(double PerSecond, double Cpu)> RunAsync(Func<int, Task> call, int inputs, int concurrency, int requests)
    {
        var next = -1;
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < requests;)
            {
                await call((int)((long)i * inputs / requests));
            }
        })));
        return (requests / clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / requests);
    }
}
