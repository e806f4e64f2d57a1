using System.Diagnostics;
using Understudy.Bench.Serving;

namespace Understudy.Bench.Http;

/// <summary>One caller at a time; milliseconds.</summary>
/// <param name="Requests">Measured calls each way.</param>
/// <param name="OverheadMilliseconds">HTTP's median above that of the call in process.</param>
/// <param name="PairedP50">The median over inputs of what the same input took more over HTTP.</param>
/// <param name="NothingP50">A request that asks for nothing, measured between the others: what the connection, client and server cost by themselves.</param>
internal sealed record Latency(
    int Requests,
    double HttpP50,
    double HttpP95,
    double InProcessP50,
    double InProcessP95,
    double OverheadMilliseconds,
    double PairedP50,
    double NothingP50)
{
    /// <summary>Enough that the code is compiled for good before anything counts.</summary>
    private const int WarmUp = 300;

    /// <summary>Each input goes both ways, one right after the other, and each way is first every other time: what slows the machine down slows both.</summary>
    public static async Task<Latency> MeasureAsync(TwoWays calls, int requests)
    {
        var http = new List<double>();
        var inProcess = new List<double>();
        var nothing = new List<double>();
        for (var i = -WarmUp; i < requests; i++)
        {
            var input = (int)((long)(i + WarmUp) * calls.Inputs / (requests + WarmUp));
            double first, second;
            if (i % 2 == 0)
            {
                (first, second) = (await TimeAsync(calls.HttpAsync, input), await TimeAsync(calls.InProcessAsync, input));
            }
            else
            {
                (second, first) = (await TimeAsync(calls.InProcessAsync, input), await TimeAsync(calls.HttpAsync, input));
            }

            var third = await TimeAsync(_ => calls.NothingAsync(), input);
            if (i >= 0)
            {
                nothing.Add(third);
                http.Add(first);
                inProcess.Add(second);
            }
        }

        var (httpP50, ownP50) = (Percentiles.Median(http), Percentiles.Median(inProcess));
        return new(
            requests, httpP50, Percentiles.At(http, 0.95), ownP50, Percentiles.At(inProcess, 0.95), httpP50 - ownP50,
            Percentiles.Median(http.Zip(inProcess, (over, own) => over - own)),
            Percentiles.Median(nothing));
    }

    private static async Task<double> TimeAsync(Func<int, Task> call, int input)
    {
        var start = Stopwatch.GetTimestamp();
        await call(input);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
