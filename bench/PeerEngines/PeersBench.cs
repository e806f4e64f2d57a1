using System.Globalization;
using System.Text.Json;
using Understudy.Cli.Shell;
using Understudy.Inference.Decoding;
using Understudy.Inference.Releases;
using Understudy.Training.Onnx;

namespace Understudy.Bench.PeerEngines;

/// <summary>
/// <c>bench peers [--task function-call] [--rounds 5] [--tokens 64] [--small] [--json]</c>: plain greedy decoding beside node-llama-cpp and transformers.js: the same
/// weights, prompt and number of threads (one a core; <c>DOTNET_PROCESSOR_COUNT</c> sets another), in turns, with a random-weight decoder
/// of 100 M parameters (not with <c>--small</c>) and with the stable release's lead. Threads of llama.cpp wait for each other many times a
/// token: with more than one on a busy machine its times mean nothing. Exit code 1 when an engine fails, or in fp32 gives
/// other tokens than ours.
/// </summary>
internal static class PeersBench
{
    private static readonly DecoderShape Large = new(Vocabulary: 8192, Width: 768, Layers: 14, Heads: 12, KvHeads: 4, HeadDim: 64, FeedForward: 2048, MaxTokens: 256);

    public static async Task<int> RunAsync(string[] args)
    {
        var options = new Arguments(args);
        options.Know("--task", "--rounds", "--tokens", "--small");
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

        var lead = ExportedWeights.Read(LanguageModelRelease.Open(catalog, options.Text("--task") ?? "function-call").Lead);
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

        Print(options.Json, results);
        return results.All(result => result.Failure is null && (result.Precision != "float32" || result.SameTokens == result.Tokens)) ? 0 : 1;
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
