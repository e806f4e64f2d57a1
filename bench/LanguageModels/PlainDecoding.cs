using System.Diagnostics;
using Understudy.Bench.Serving;
using Understudy.Inference.Decoding;

namespace Understudy.Bench.LanguageModels;

/// <summary>Token by token with one model.</summary>
/// <param name="Precision">How its weights are stored.</param>
/// <param name="MsPerToken">The median step.</param>
/// <param name="ManagedBytesPerStep">Allocated on the managed heap.</param>
internal sealed record PlainDecoding(string Precision, double MsPerToken, double TokensPerSecond, double ManagedBytesPerStep)
{
    /// <summary>What a step may leave for the garbage collector.</summary>
    public const int MostBytes = 4096;

    private const int Steps = 200;

    /// <summary>Before them the runtime still compiles; not the allocations but the times would show it.</summary>
    private const int WarmUp = 50;

    private static readonly int[] Prompt = [1, 2, 3, 4];

    public static PlainDecoding Measure(string precision, DecoderModel model)
    {
        using var session = model.NewSession();
        var times = new double[Math.Min(Steps, model.MaxTokens - Prompt.Length - WarmUp)];
        session.Prefill(Prompt);
        for (var step = 0; step < WarmUp; step++)
        {
            Step(session, step);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < times.Length; step++)
        {
            times[step] = Step(session, step);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var median = Percentiles.Median(times);
        return new(precision, median, 1000 / median, (double)allocated / times.Length);
    }

    /// <summary>Appends some token; gives its milliseconds.</summary>
    internal static double Step(DecoderSession session, int step)
    {
        var began = Stopwatch.GetTimestamp();
        session.Step(5 + (step % 50));
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
