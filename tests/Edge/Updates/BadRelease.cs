using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Inference.Releases;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Updates;

/// <summary>A release that passes every check, and fails on one word that no sample has.</summary>
internal static class BadRelease
{
    public const string Version = "3.0.0", Word = "poison";

    private static readonly NgramOptions Ngrams = new() { Buckets = 4096, MaxWords = 1, MaxChars = 0 };

    public static void Write(string modelsFolder)
    {
        var folder = Path.Combine(modelsFolder, TestModels.Task, Version);
        Directory.CreateDirectory(folder);
        var idf = new float[Ngrams.Buckets];
        Array.Fill(idf, 1f);
        var weights = new float[Ngrams.Buckets * 2];
        var features = new SparseVector();
        new NgramFeatures(Ngrams).Extract(Word, features);
        foreach (var index in features.Indices)
        {
            weights[index * 2] = weights[(index * 2) + 1] = float.NaN;
        }

        LinearModel.Quantise(Ngrams, [0f, 0f], idf, weights).Save(Path.Combine(folder, "student.bin"));
        File.Copy(Path.Combine(modelsFolder, TestModels.Task, TestModels.First, "lead.bin"), Path.Combine(folder, "lead.bin"));
        ReleaseWriter.Write(folder, new ReleaseManifest
        {
            Task = TestModels.Task,
            Version = Version,
            CreatedAt = DateTimeOffset.UnixEpoch,
            Kind = "classification",
            Labels = ["ham", "spam"],
            Guarantee = new(0.01, 0.05),
            Thresholds = new() { Certified = true, Examples = 1000, StudentShare = 0.5 },
            Tiers =
            [
                new() { Name = "student", Role = "student", Kind = "linear", Model = "student.bin", Threshold = 0.1, MillisecondsPerItem = 0.01 },
                new() { Name = "lead", Role = "lead", Kind = "linear", Model = "lead.bin", MillisecondsPerItem = 1 },
            ],
        });
    }
}
