using System.Text.Json;
using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Inference.Releases;
using Understudy.Training.Linear;
using Understudy.Training.Studies;

namespace Understudy.Training.Tests.Studies;

public sealed class CapturedStudyTests : IDisposable
{
    private const string Name = "mail-triage";
    private static readonly NgramOptions Ngrams = new() { Buckets = 4096, MaxWords = 1, MaxChars = 0 };

    private readonly string _folder = Directory.CreateTempSubdirectory("captured").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Run_LeadThatErrs_IsImitatedWithItsErrors()
    {
        // The lead takes every "sale" for spam; by the gold labels those that say "hello" too are not.
        WriteTask(Texts(120));
        var report = new StudyRun("captured", new() { Models = _folder, WorkFolder = Path.Combine(_folder, "work"), Seeds = [1, 2] }).Run(Path.Combine(_folder, "plot.png"), TestContext.Current.CancellationToken);

        Assert.Equal(["gold labels", "lead's answers", "lead's probabilities"], report.Variants.Select(variant => variant.Name));
        Assert.InRange(report.Facts["answersRight"], 0.6, 0.9);
        Assert.Equal(1, report.Variants[0].Mean, 0.01);
        Assert.Equal(report.Facts["leadAccuracy"], report.Variants[1].Mean, 0.05);
        Assert.Equal(0, report.Comparisons[0].Better);
    }

    private static IEnumerable<(string Text, string Label)> Texts(int count) => Enumerable.Range(0, count).Select(at => (at % 4) switch
    {
        0 => ($"hello friend {Letters(at)}", "ham"),
        1 => ($"sale today {Letters(at)}", "spam"),
        2 => ($"hello sale {Letters(at)}", "ham"),
        _ => ($"sale now {Letters(at)}", "spam"),
    });

    private static string Letters(int number) => $"{(char)('a' + (number % 26))}{(char)('a' + (number / 26))}";

    private void WriteTask(IEnumerable<(string Text, string Label)> texts)
    {
        var task = Directory.CreateDirectory(Path.Combine(_folder, Name)).FullName;
        File.WriteAllText(Path.Combine(task, "task.json"), $$"""{"name":"{{Name}}","kind":"classification","labels":["ham","spam"]}""");
        File.WriteAllLines(Path.Combine(_folder, "train.jsonl"), texts.Select(pair => JsonSerializer.Serialize(new { text = pair.Text, label = pair.Label })));
        File.WriteAllText(Path.Combine(task, "recipe.json"), JsonSerializer.Serialize(new { task = Name, data = _folder, calibrationShare = 0.6, tuningShare = 0.3, linearNgrams = Ngrams }, JsonSerializerOptions.Web));
        var release = Directory.CreateDirectory(Path.Combine(task, "v1")).FullName;
        foreach (var role in new[] { "student", "lead" })
        {
            new LinearTrainer(Ngrams, new() { Epochs = 30 }).Train(["hello friend", "sale today"], [[1, 0], [0, 1]]).Save(Path.Combine(release, $"{role}.linear"));
        }

        var weights = new float[Ngrams.Buckets * 2];
        var (idf, vector) = (new float[Ngrams.Buckets], new SparseVector());
        Array.Fill(idf, 1);
        new NgramFeatures(Ngrams).Extract("sale", vector);
        foreach (var bucket in vector.Indices)
        {
            (weights[2 * bucket], weights[(2 * bucket) + 1]) = (-8, 8);
        }

        LinearModel.Quantise(Ngrams, [0.5f, -0.5f], idf, weights).Save(Path.Combine(release, "lead.linear"));
        ReleaseWriter.Write(release, new()
        {
            Task = Name,
            Version = "v1",
            CreatedAt = DateTimeOffset.UtcNow,
            Kind = "classification",
            Labels = ["ham", "spam"],
            Guarantee = new(0.05, 0.1),
            Thresholds = new(),
            Tiers =
            [
                new() { Name = "student", Role = "student", Kind = "linear", Model = "student.linear", Threshold = 0.9, MillisecondsPerItem = 0.1 },
                new() { Name = "lead", Role = "lead", Kind = "linear", Model = "lead.linear", MillisecondsPerItem = 1 },
            ],
        });
        using var catalog = new ReleaseCatalog(_folder);
        catalog.PromoteAsync(Name, "v1").GetAwaiter().GetResult();
    }
}
