using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Tokenization;
using Understudy.Training.Onnx;

namespace Understudy.Tests;

/// <summary>
/// A small generation task, <c>calls</c>, whose intents are Call and Text. Lead and draft have random weights, so what they write is decided
/// by the schema, or by nothing.
/// </summary>
internal static class TestCalls
{
    public const string Task = "calls";
    public const string Reasons = "reasons";
    public const string Version = "v1";
    public const int MaxTokens = 160;

    /// <summary>Any intent, and a person from the request.</summary>
    public const string Schema = """
        {"type":"object","required":["intent","slots"],"properties":{"intent":{"enum":["Call","Text"]},
        "slots":{"type":"object","properties":{"person":{"type":"string","format":"extract"}}}}}
        """;

    /// <summary>Writes the task with one release, which is stable.</summary>
    /// <param name="schema">Of the task; null for none.</param>
    /// <param name="draft">Whether the release has one.</param>
    /// <param name="threshold">How sure the draft must be to answer; null for what nobody has measured.</param>
    /// <param name="more">Further fields of the task, each behind a comma.</param>
    public static async Task WriteAsync(string models, string? schema = Schema, bool draft = true, double? threshold = null, string more = "")
    {
        Directory.CreateDirectory(Path.Combine(models, Task));
        await File.WriteAllTextAsync(
            Path.Combine(models, Task, "task.json"),
            $$"""{"name":"{{Task}}","kind":"generation","labels":["Call","Text"],"metric":"exact-match","schema":{{schema ?? "null"}}{{more}}}""");
        WriteRelease(Path.Combine(models, Task, Version), Task, ["Call", "Text"], FunctionCallPrompt.SpecialTokens, draft, threshold);
        using var catalog = new ReleaseCatalog(models);
        await catalog.PromoteAsync(Task, Version);
    }

    /// <summary>Writes a task whose answers name no intent and satisfy no schema, and whose models give a reason before they answer.</summary>
    public static async Task WriteReasonsAsync(string models)
    {
        Directory.CreateDirectory(Path.Combine(models, Reasons));
        await File.WriteAllTextAsync(Path.Combine(models, Reasons, "task.json"), $$"""{"name":"{{Reasons}}","kind":"generation","labels":[],"metric":"exact-match","lead":{"explain":true} }""");
        WriteRelease(Path.Combine(models, Reasons, Version), Reasons, [], FunctionCallPrompt.SpecialTokensWithReasons, draft: true, threshold: null);
        using var catalog = new ReleaseCatalog(models);
        await catalog.PromoteAsync(Reasons, Version);
    }

    private static void WriteRelease(string folder, string task, IReadOnlyList<string> labels, IReadOnlyList<string> specialTokens, bool draft, double? threshold)
    {
        Directory.CreateDirectory(folder);
        var tokenizer = BpeTrainer.Train(
            ["call anna and text bert, then call carl and text dora and the rest of them"],
            new() { Vocabulary = 280, SpecialTokens = specialTokens, MinCount = 2 })
            .WithTemplate(FunctionCallPrompt.Template(2));
        tokenizer.Save(Path.Combine(folder, "tokenizer.json"));
        Save("lead", width: 32, layers: 2, seed: 1);
        if (draft)
        {
            Save("draft", width: 16, layers: 1, seed: 2);
        }

        TierManifest[] tiers = [Tier("draft", "student") with { Threshold = threshold ?? 0 }, Tier("lead", "lead")];
        ReleaseWriter.Write(folder, new()
        {
            Task = task,
            Version = Version,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Kind = "generation",
            Labels = labels,
            Guarantee = new(0.01, 0.05),
            Thresholds = new() { Certified = threshold is not null },
            Tiers = draft ? tiers : tiers[1..],
        });

        void Save(string name, int width, int layers, int seed)
        {
            var shape = new DecoderShape(tokenizer.VocabularySize, width, layers, Heads: 2, KvHeads: 1, HeadDim: 16, FeedForward: 2 * width, MaxTokens);
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
        MaxTokens = MaxTokens,
    };
}
