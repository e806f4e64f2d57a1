using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Understudy.Inference.Decoding;
using Understudy.Inference.Releases;

namespace Understudy.Bench.LanguageModels;

/// <summary>
/// <c>bench decode [--task function-call] [--generations 1000] [--json]</c>: plain decoding of the stable release's lead in each precision that it has: time and
/// managed memory a step, whether many generations leave memory as it was, and whether a second engine in the process slows the first.
/// </summary>
internal static class DecodeBench
{
    private const int Steps = 200;

    public static Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--task", "--generations");
        using var catalog = new ReleaseCatalog(Environment.GetEnvironmentVariable("UNDERSTUDY_MODELS") ?? "models");
        var release = LanguageModelRelease.Open(catalog, options.Text("--task") ?? "function-call");
        using var model = LanguageModel.Load(release.Lead);
        var (alone, bytes) = Decode(model.Decoder);
        double beside;
        using (var second = LanguageModel.Load(release.Lead))
        {
            Decode(second.Decoder); // its threads have run and now idle
            beside = Decode(model.Decoder).Milliseconds;
        }

        double? int4 = null;
        if (release.File("lead.int4.onnx") is { } file)
        {
            using var small = LanguageModel.Load(file);
            int4 = Decode(small.Decoder).Milliseconds;
        }

        var generations = options.Number("--generations", 1000);
        Generate(model, generations / 4);
        var before = Memory();
        Generate(model, generations);
        var result = new
        {
            int8MsPerToken = alone,
            int4MsPerToken = int4,
            managedBytesPerStep = bytes,
            besideIdleEngineRatio = beside / alone,
            generations,
            memoryGrowthMegabytes = Math.Round((Memory() - before) / 1e6, 1),
        };
        Console.WriteLine(options.Json
            ? JsonSerializer.Serialize(result, JsonSerializerOptions.Web)
            : string.Create(CultureInfo.InvariantCulture, $"int8 {alone:0.000} ms a token, int4 {int4:0.000}; {bytes:0} managed bytes a step; {beside / alone:0.00} times that beside an idle second engine; {generations} generations grew memory by {result.memoryGrowthMegabytes} MB"));
        return Task.FromResult(0);
    }

    /// <summary>The median time of a step, and the managed bytes of one.</summary>
    private static (double Milliseconds, double Bytes) Decode(DecoderModel model)
    {
        using var session = model.NewSession();
        var times = new double[Steps];
        session.Prefill([1, 2, 3, 4]);
        session.Step(5);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < Steps; step++)
        {
            var began = Stopwatch.GetTimestamp();
            session.Step(5 + (step % 50));
            times[step] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Array.Sort(times);
        return (times[Steps / 2], (double)allocated / Steps);
    }

    private static void Generate(LanguageModel model, int count)
    {
        for (var at = 0; at < count; at++)
        {
            using var generation = model.Generate([1 + (at % 200), 2, 3], new() { MaxTokens = 8 });
            generation.Run();
        }
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
