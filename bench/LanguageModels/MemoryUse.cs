using System.Diagnostics;
using Understudy.Inference.Decoding;

namespace Understudy.Bench.LanguageModels;

/// <summary>What many short generations leave behind; megabytes.</summary>
/// <param name="Before">The process's working set after as many as a quarter of them.</param>
/// <param name="After">The same after them.</param>
internal sealed record MemoryUse(int Generations, double Before, double After)
{
    /// <summary>Pages that the runtime and the allocators move about by themselves.</summary>
    private const double Jitter = 8;

    private const int Tokens = 8;

    public double Growth => After - Before;

    public bool IsFlat => Growth <= Jitter;

    public static MemoryUse Measure(LanguageModel model, int generations)
    {
        Generate(model, Math.Max(1, generations / 4));
        var before = WorkingSet();
        Generate(model, generations);
        return new(generations, before, WorkingSet());
    }

    private static void Generate(LanguageModel model, int count)
    {
        for (var at = 0; at < count; at++)
        {
            using var generation = model.Generate([1 + (at % 200), 2, 3], new() { MaxTokens = Tokens });
            generation.Run();
        }
    }

    private static double WorkingSet()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();

        // Gives back what the collector keeps for the next garbage, tens of megabytes where the processor's cache is large.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1e6;
    }
}
