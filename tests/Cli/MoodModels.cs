using System.Text.Json;
using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Tests;

/// <summary>
/// A temporary models folder with the task <c>mood</c>, happy or sad. Its student knows the words "good" and "bad"; its lead also knows
/// "fine" (happy). Neither knows any other word.
/// </summary>
internal sealed class MoodModels : IDisposable
{
    private static readonly NgramOptions Ngrams = new() { Buckets = 1024, MaxWords = 1, MaxChars = 0 };

    public MoodModels()
    {
        Write("models/mood/task.json", """{"name":"mood","kind":"classification","labels":["happy","sad"],"guarantee":{"epsilon":0.05,"delta":0.1}}""");
        WriteRelease("v1");
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("understudy-cli").FullName;

    public string Models => Path.Combine(Root, "models");

    public string At(string path) => Path.Combine(Root, path);

    public string Write(string path, string content) => TextFile.Write(At(path), content);

    /// <summary>A file of records, given as text and label.</summary>
    public string WriteRecords(string path, params (string Text, string Label)[] records) =>
        Write(path, string.Concat(records.Select(r => JsonSerializer.Serialize(new { text = r.Text, label = r.Label }) + "\n")));

    /// <summary>As many records of each of "good" (happy) and "bad" (sad).</summary>
    public string WriteEasyRecords(string path, int each) =>
        WriteRecords(path, [.. Enumerable.Range(0, each).SelectMany(_ => new[] { ("good", "happy"), ("bad", "sad") })]);

    public Task<CliRun> RunAsync(params string[] args) => CliRun.Of([.. args, "--models", Models]);

    /// <param name="calibration">What training kept; null for nothing.</param>
    /// <param name="joined">A second student, which knows "fine" and joins what the first says, stands before the lead.</param>
    /// <param name="alone">The lead has no student.</param>
    /// <param name="learned">How its models' texts were shortened.</param>
    public void WriteRelease(string version, string? calibration = null, bool joined = false, bool alone = false, string? learned = null)
    {
        var folder = At($"models/mood/{version}");
        Directory.CreateDirectory(folder);
        if (!alone)
        {
            Model(("good", 5), ("bad", -5)).Save(Path.Combine(folder, "student.linear"));
        }

        Model(("good", 5), ("bad", -5), ("fine", 5)).Save(Path.Combine(folder, "lead.linear"));
        if (joined)
        {
            Model(("good", 2), ("fine", 5)).Save(Path.Combine(folder, "second.linear"));
        }

        if (calibration is not null)
        {
            File.WriteAllText(Path.Combine(folder, "calibration.jsonl"), calibration);
        }

        ReleaseWriter.Write(folder, new()
        {
            Task = "mood",
            Version = version,
            CreatedAt = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
            Kind = "classification",
            Labels = ["happy", "sad"],
            Guarantee = new(0.05, 0.1),
            Compression = learned ?? "none",
            LearnedCompression = learned,
            Thresholds = new() { Certified = true, Examples = 100, StudentShare = 0.5 },
            Metrics = new() { ["student"] = new System.Text.Json.Nodes.JsonObject { ["testAccuracy"] = 0.75 } },
            Tiers = [.. alone ? Array.Empty<TierManifest>() : [Tier("student", joined ? 0.99999 : 0.9, 0.001)], .. joined ? [Tier("second", 0.9, 0.1) with { Pool = [0.2, 0.3] }] : Array.Empty<TierManifest>(), Tier("lead", 0, 10)],
        });
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static TierManifest Tier(string name, double threshold, double milliseconds) => new()
    {
        Name = name,
        Role = name == "lead" ? "lead" : "student",
        Kind = "linear",
        Model = $"{name}.linear",
        Threshold = threshold,
        MillisecondsPerItem = milliseconds,
    };

    private static LinearModel Model(params (string Word, float Happy)[] words)
    {
        var weights = new float[Ngrams.Buckets * 2];
        var features = new NgramFeatures(Ngrams);
        var vector = new SparseVector();
        foreach (var (word, happy) in words)
        {
            features.Extract(word, vector);
            weights[vector.Indices[0] * 2] = happy;
            weights[(vector.Indices[0] * 2) + 1] = -happy;
        }

        var idf = new float[Ngrams.Buckets];
        Array.Fill(idf, 1);
        return LinearModel.Quantise(Ngrams, new float[2], idf, weights);
    }
}
