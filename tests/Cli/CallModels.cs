using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Tokenization;
using Understudy.Training.Onnx;

namespace Understudy.Cli.Tests;

/// <summary>
/// A temporary models folder with the generation task <c>calls</c>, whose intents are Call and Text. Lead and draft have random weights, so
/// what they write is decided by the schema, or by nothing.
/// </summary>
internal sealed class CallModels : IDisposable
{
    /// <summary>Any intent, and a person from the request.</summary>
    public const string Schema = """
        {"type":"object","required":["intent","slots"],"properties":{"intent":{"enum":["Call","Text"]},
        "slots":{"type":"object","properties":{"person":{"type":"string","format":"extract"}}}}}
        """;

    public const int LeadMaxTokens = 160;

    private CallModels()
    {
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("understudy-calls").FullName;

    public string Models => Path.Combine(Root, "models");

    public string Lead => At("models/calls/v1/lead.onnx");

    /// <param name="schema">Of the task; null for none.</param>
    /// <param name="draft">Whether the release has one.</param>
    public static async Task<CallModels> CreateAsync(string? schema = Schema, bool draft = true)
    {
        var models = new CallModels();
        models.Write("models/calls/task.json", $$"""{"name":"calls","kind":"generation","labels":["Call","Text"],"metric":"exact-match","schema":{{schema ?? "null"}}}""");
        models.WriteRelease("v1", draft);
        using var catalog = new ReleaseCatalog(models.Models);
        await catalog.PromoteAsync("calls", "v1");
        return models;
    }

    /// <summary>A schema that only one call satisfies: the intent, and no slots.</summary>
    public static string Always(string intent) =>
        $$$$"""{"type":"object","required":["intent","slots"],"properties":{"intent":{"const":"{{{{intent}}}}"},"slots":{"type":"object"}}}""";

    public string At(string path) => Path.Combine(Root, path);

    public string Write(string path, string content)
    {
        path = At(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public Task<CliRun> RunAsync(params string[] args) => CliRun.Of([.. args, "--models", Models]);

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private void WriteRelease(string version, bool draft)
    {
        var folder = At($"models/calls/{version}");
        Directory.CreateDirectory(folder);
        var tokenizer = BpeTrainer.Train(
            ["call anna and text bert, then call carl and text dora and the rest of them"],
            new() { Vocabulary = 280, SpecialTokens = FunctionCallPrompt.SpecialTokens, MinCount = 2 });
        tokenizer.Save(Path.Combine(folder, "tokenizer.json"));
        Save("lead", width: 32, layers: 2, LeadMaxTokens, seed: 1);
        if (draft)
        {
            Save("draft", width: 16, layers: 1, LeadMaxTokens, seed: 2);
        }

        TierManifest[] tiers = [Tier("draft", "student"), Tier("lead", "lead")];
        ReleaseWriter.Write(folder, new()
        {
            Task = "calls",
            Version = version,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Kind = "generation",
            Labels = ["Call", "Text"],
            Guarantee = new(0.01, 0.05),
            Thresholds = new(),
            Tiers = draft ? tiers : tiers[1..],
        });

        void Save(string name, int width, int layers, int maxTokens, int seed)
        {
            var shape = new DecoderShape(tokenizer.VocabularySize, width, layers, Heads: 2, KvHeads: 1, HeadDim: 16, FeedForward: 2 * width, maxTokens);
            DecoderExport.Save(DecoderWeights.Random(shape, seed, spread: 4), DecoderPrecision.Float32, Path.Combine(folder, $"{name}.onnx"));
        }
    }

    private static TierManifest Tier(string name, string role) => new()
    {
        Name = name,
        Role = role,
        Kind = TierManifest.Decoder,
        Model = $"{name}.onnx",
        Tokenizer = "tokenizer.json",
        MaxTokens = LeadMaxTokens,
    };
}
