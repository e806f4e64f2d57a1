using System.Globalization;
using System.Text.Json;
using Understudy.Cli.Shell;
using Understudy.Inference.Decoding;
using Understudy.Inference.Releases;
using Understudy.Training.Corpora;
using Understudy.Training.Onnx;

namespace Understudy.Bench.PeerEngines;

/// <summary>
/// <c>bench peers [--task function-call] [--rounds 5] [--tokens 64] [--small] [--calls 40] [--data DIR] [--json]</c>: plain greedy decoding beside node-llama-cpp and transformers.js: the same
/// weights, prompt and number of threads (one a core; <c>DOTNET_PROCESSOR_COUNT</c> sets another), in turns, with a random-weight decoder
/// of 100 M parameters (not with <c>--small</c>) and with the stable release's lead; then, where the public data is, function calls
/// with speculation beside the others' plain decoding of as many tokens. Threads of llama.cpp wait for each other many times a
/// token: with more than one on a busy machine its times mean nothing. Exit code 1 when an engine fails, or in fp32 gives
/// other tokens than ours.
/// </summary>
internal static class PeersBench
{
    private static readonly DecoderShape Large = new(Vocabulary: 8192, Width: 768, Layers: 14, Heads: 12, KvHeads: 4, HeadDim: 64, FeedForward: 2048, MaxTokens: 256);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--task", "--rounds", "--tokens", "--small", "--calls", "--data");
        var (rounds, tokens) = (options.Number("--rounds", 5), options.Number("--tokens", 64, least: 2));
        try
        {
            await PeerPackages.InstallAsync();
        }
        catch (EngineFailedException error)
        {
            Console.Error.WriteLine(error.Message);
            return 1;
        }

        using var catalog = new ReleaseCatalog(ModelsFolder.Find());
        List<(string Name, Func<DecoderWeights> Weights)> models = [];
        if (!options.Has("--small"))
        {
            models.Add(($"random {Large.Parameters / 1e6:0} M", () => DecoderWeights.Random(Large, seed: 1)));
        }

        var task = options.Text("--task") ?? "function-call";
        var release = LanguageModelRelease.Open(catalog, task);
        var lead = ExportedWeights.Read(release.Lead);
        models.Add((string.Create(CultureInfo.InvariantCulture, $"lead {lead.Shape.Parameters / 1e6:0.0} M"), () => lead));
        List<PeerResult> results = [];
        foreach (var (name, weights) in models)
        {
            var run = new PeerRounds(name, weights(), rounds, tokens, Environment.ProcessorCount);
            foreach (var precision in Enum.GetValues<DecoderPrecision>())
            {
                results.AddRange(await run.MeasureAsync(precision));
            }
        }

        if (Requests(options) is { } requests)
        {
            try
            {
                results.AddRange(await PeerCalls.MeasureAsync(release, lead, catalog.Task(task), requests, options.Number("--calls", 40), Environment.ProcessorCount));
            }
            catch (EngineFailedException error)
            {
                results.Add(new(PeerCalls.Name, "int8", "others", null, null, 0, 0, error.Message));
            }
        }

        Print(options.Json, results);
        return results.All(result => result.Failure is null && (result.Precision != "float32" || result.SameTokens == result.Tokens)) ? 0 : 1;
    }

    /// <summary>The file of requests; null, and a word about it, when there is none.</summary>
    private static string? Requests(Arguments options)
    {
        var file = Path.Combine("snips", "test.jsonl");
        if ((options.Text("--data") ?? PublicData.Folder("snips")) is { } data && File.Exists(Path.Combine(data, file)))
        {
            return Path.Combine(data, file);
        }

        Console.Error.WriteLine($"Function calls are left out: no folder has the public data set '{file}'. Name it with --data or in {PublicData.Variable}.");
        return null;
    }

    private static void Print(bool json, IReadOnlyList<PeerResult> results)
    {
        var threads = Environment.ProcessorCount;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { threads, results }, JsonSerializerOptions.Web));
            return;
        }

        Say($"{threads} threads; time over ours above 1: slower than ours");
        Say($"{"model",-16}{"weights",-10}{"engine",-17}{"ms a token",11}{"over ours",11}{"same tokens",13}");
        foreach (var result in results)
        {
            Say($"{result.Model,-16}{result.Precision,-10}{result.Engine,-17}{result.MsPerToken,11:0.000}{result.Ratio,11:0.00}{$"{result.SameTokens}/{result.Tokens}",13}{(result.Failure is null ? "" : "  failed: " + result.Failure)}");
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
