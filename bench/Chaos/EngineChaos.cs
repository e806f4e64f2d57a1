using System.Diagnostics;
using System.Text.Json;
using Understudy.Bench.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.Bench.Chaos;

/// <summary>
/// <c>bench chaos --engine [--kills 50] [--records N] [--window 20] [--seed 1] [--json]</c>: kills a process that runs nothing but the
/// durable engine, on activities that do nothing, and counts what was lost or duplicated. Many kills in little time. Exit code 1 when
/// anything was lost or duplicated, or when the work ended before all kills had struck.
/// </summary>
internal static class EngineChaos
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--engine", "--kills", "--records", "--window", "--seed");
        var kills = options.Number("--kills", 50);
        var result = await RunAsync(kills, options.Number("--records", 4_000 * kills), options.Number("--window", 20), options.Number("--seed", 1));
        Console.WriteLine(options.Json
            ? JsonSerializer.Serialize(result, DurableJson.Options)
            : $"{result.Kills} kills during a batch of {result.Records:N0} records: {result.Lost} lost, {result.Duplicated} duplicated ({result.Seconds:N1} s)");
        return result is { Lost: 0, Duplicated: 0 } && result.Kills == kills ? 0 : 1;
    }

    /// <summary>Runs a batch through so many kills and looks at its output.</summary>
    internal static async Task<EngineChaosResult> RunAsync(int kills, int records, int window, int seed)
    {
        var folder = Directory.CreateTempSubdirectory("understudy-chaos-").FullName;
        try
        {
            var database = Path.Combine(folder, "workflows.db");
            string[] child = [typeof(EngineChaos).Assembly.Location, EngineChaosChild.Verb, database, $"{records}", $"{window}"];
            var clock = Stopwatch.StartNew();
            var struck = await new KillLoop(() => new("dotnet", child), new Random(seed)).RunAsync(kills);
            await using var engine = new BenchEngine(database);
            var state = await engine.Client.WaitAsync(EngineChaosChild.InstanceId);
            return EngineChaosResult.Of(struck, records, state.ReadOutput<int[]>() ?? [], clock.Elapsed.TotalSeconds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
