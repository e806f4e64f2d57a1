using System.Text.Json;
using Understudy.Inference.Ensembles;
using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Tests;

/// <summary>
/// A small task with real releases: two linear models that look for words. The student knows "win" and "agenda" and is sure of
/// them; the lead knows "refund" and "invoice" too. What the student does not know it passes on.
/// </summary>
internal static class TestModels
{
    public const string Task = "mail";
    public const string Broken = "broken";
    public const string Torn = "torn";
    public const string First = "1.0.0";
    public const string Second = "2.0.0";
    public const string Alone = "alone";
    public const string Averaged = "averaged";

    private static readonly NgramOptions Ngrams = new() { Buckets = 4096, MaxWords = 1, MaxChars = 0 };

    /// <summary>Writes the task with two releases, the first of them stable.</summary>
    /// <param name="define">What the task says besides; null for nothing.</param>
    public static async Task WriteAsync(string folder, Func<TaskDefinition, TaskDefinition>? define = null)
    {
        var task = new TaskDefinition { Name = Task, Kind = "classification", Labels = ["ham", "spam"], Instruction = "Tell spam from mail." };
        task = define?.Invoke(task) ?? task;
        Directory.CreateDirectory(Path.Combine(folder, Task));
        await File.WriteAllTextAsync(Path.Combine(folder, Task, "task.json"), JsonSerializer.Serialize(task, JsonSerializerOptions.Web));
        WriteRelease(folder, First);
        WriteRelease(folder, Second);
        using var catalog = new ReleaseCatalog(folder);
        await catalog.PromoteAsync(Task, First);
    }

    /// <summary>Writes another release of the task, in which the lead has no student.</summary>
    public static void WriteAlone(string folder) => WriteRelease(folder, Alone, hasStudent: false);

    /// <summary>Writes another release of the task, whose average of student and lead is what the student says.</summary>
    public static void WriteAveraged(string folder) => WriteRelease(folder, Averaged, isAveraged: true);

    /// <summary>Writes another task, whose definition is wrong; by name it comes first.</summary>
    public static void WriteBroken(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, Broken));
        File.WriteAllText(Path.Combine(folder, Broken, "task.json"), "{");
    }

    /// <summary>Writes another task, whose definition is right and whose stable channel is not; by name it comes last.</summary>
    public static void WriteTorn(string folder)
    {
        var channels = Path.Combine(folder, Torn, "channels");
        Directory.CreateDirectory(channels);
        File.WriteAllText(Path.Combine(folder, Torn, "task.json"), $$"""{"name":"{{Torn}}","kind":"classification","labels":["ham","spam"]}""");
        File.WriteAllText(Path.Combine(channels, "stable.json"), """{"version":""");
    }

    private static void WriteRelease(string folder, string version, bool hasStudent = true, bool isAveraged = false)
    {
        var release = Path.Combine(folder, Task, version);
        Directory.CreateDirectory(release);
        TierManifest student = new() { Name = "student", Role = "student", Kind = "linear", Model = "student.bin", Threshold = 0.9, MillisecondsPerItem = 0.01 };
        if (hasStudent)
        {
            Model(["agenda"], ["win"]).Save(Path.Combine(release, student.Model));
        }

        Model(["agenda", "invoice"], ["win", "refund"]).Save(Path.Combine(release, "lead.bin"));
        ReleaseWriter.Write(release, new ReleaseManifest
        {
            Task = Task,
            Version = version,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Kind = "classification",
            Labels = ["ham", "spam"],
            Guarantee = new(0.01, 0.05),
            Thresholds = new() { Certified = true, Examples = 1000, StudentShare = 0.5 },
            Ensemble = isAveraged ? Ensemble.Average : Ensemble.Last,
            EnsembleParameters = isAveraged ? new() { Weights = [1, 0] } : null,
            Tiers =
            [
                .. hasStudent ? [student] : Array.Empty<TierManifest>(),
                new() { Name = "lead", Role = "lead", Kind = "linear", Model = "lead.bin", MillisecondsPerItem = 1 },
            ],
        });
    }

    private static LinearModel Model(string[] ham, string[] spam)
    {
        var weights = new float[Ngrams.Buckets * 2];
        var idf = new float[Ngrams.Buckets];
        Array.Fill(idf, 1f);
        foreach (var (words, label) in new[] { (ham, 0), (spam, 1) })
        {
            foreach (var word in words)
            {
                var features = new SparseVector();
                new NgramFeatures(Ngrams).Extract(word, features);
                foreach (var index in features.Indices)
                {
                    weights[(index * 2) + label] = 20f;
                }
            }
        }

        return LinearModel.Quantise(Ngrams, [0f, 0f], idf, weights);
    }
}
