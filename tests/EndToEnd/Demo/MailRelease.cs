using System.Text.Json;
using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Inference.Mail;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Training.Corpora;
using Understudy.Training.Linear;

namespace Understudy.EndToEnd.Tests.Demo;

/// <summary>A release of <c>mail-triage</c> that trains in a second: two linear models, the one in the lead's place the larger.</summary>
internal static class MailRelease
{
    public const string Task = "mail-triage";

    private const string Version = "0.0.1";
    private const int TrainingMails = 400;

    private static readonly string[] Labels = ["personal", "newsletter", "spam"];

    public static async Task WriteAsync(string models, CancellationToken cancellationToken)
    {
        var task = new TaskDefinition { Name = Task, Kind = "classification", Labels = Labels, Input = "mail", Instruction = "Sort the mail." };
        var release = Path.Combine(models, Task, Version);
        Directory.CreateDirectory(release);
        await File.WriteAllTextAsync(
            Path.Combine(models, Task, "task.json"), JsonSerializer.Serialize(task, JsonSerializerOptions.Web), cancellationToken);

        var train = SpamAssassinCorpus.Load(NpmPackages.Find(SpamAssassinCorpus.Package), cancellationToken).Train;
        var some = train.Where((_, index) => index % (train.Count / TrainingMails) == 0).ToList();
        List<string> texts = [.. some.Select(record => MailText.Render(record.Text!))];
        List<float[]> targets = [.. some.Select(record => Labels.Select(label => label == record.Label ? 1f : 0f).ToArray())];
        Train(new() { Buckets = 1 << 12, MaxWords = 1, MaxChars = 0 }, texts, targets).Save(Path.Combine(release, "student.bin"));
        Train(new() { Buckets = 1 << 16 }, texts, targets).Save(Path.Combine(release, "lead.bin"));
        ReleaseWriter.Write(release, Manifest());

        using var catalog = new ReleaseCatalog(models);
        await catalog.PromoteAsync(Task, Version, cancellationToken);
    }

    private static LinearModel Train(NgramOptions ngrams, List<string> texts, List<float[]> targets) =>
        new LinearTrainer(ngrams, new() { Epochs = 5 }).Train(texts, targets);

    private static ReleaseManifest Manifest() => new()
    {
        Task = Task,
        Version = Version,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Kind = "classification",
        Labels = Labels,
        Input = "mail",
        Guarantee = new(0.01, 0.05),
        Thresholds = new() { Certified = true, Examples = 1000, StudentShare = 0.5 },
        Tiers =
        [
            new() { Name = "linear", Role = "student", Kind = "linear", Model = "student.bin", Threshold = 0.9, MillisecondsPerItem = 0.1 },
            new() { Name = "lead", Role = "lead", Kind = "linear", Model = "lead.bin", MillisecondsPerItem = 1 },
        ],
    };
}
