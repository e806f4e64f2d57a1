using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Mail;
using Understudy.Inference.Releases;
using Understudy.Training.Corpora;
using Understudy.Training.Retraining;

namespace Understudy.Cli.Demo;

/// <summary>The demo's own copy of the task: what is retrained there stays there.</summary>
internal static class DemoModels
{
    /// <summary>The release whose student is at its beginning.</summary>
    private const string FirstDay = "first-day";

    /// <summary>
    /// Copies the task, gives it a regression set of mails that no student learns from, and lets a release serve whose linear student has only
    /// seen a few of the lead's answers.
    /// </summary>
    /// <param name="modelsFolder">With the task and the release that serves.</param>
    /// <param name="serving">That release.</param>
    /// <param name="demoFolder">Where the copy goes.</param>
    /// <param name="lessons">The few answers.</param>
    /// <returns>The copy's models folder.</returns>
    public static async Task<string> PrepareAsync(
        string modelsFolder, string serving, string demoFolder, IReadOnlyList<DatasetRecord> lessons, CancellationToken cancellationToken)
    {
        var (source, copy) = (Path.Combine(modelsFolder, DemoPlan.Task), Path.Combine(demoFolder, "models", DemoPlan.Task));
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(copy, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }

        var held = SpamAssassinCorpus.Load(NpmPackages.Find(SpamAssassinCorpus.Package), cancellationToken).Calibration;
        Write(Path.Combine(copy, "regression.jsonl"), held);
        await BeginAsync(copy, serving, held, lessons, cancellationToken);
        return Path.Combine(demoFolder, "models");
    }

    private static async Task BeginAsync(
        string task, string serving, IReadOnlyList<DatasetRecord> held, IReadOnlyList<DatasetRecord> lessons, CancellationToken cancellationToken)
    {
        var (release, work) = (Path.Combine(task, serving), Directory.CreateTempSubdirectory("understudy-demo-first-day-").FullName);
        try
        {
            var (taught, calibration) = (Path.Combine(work, "lessons.jsonl"), Path.Combine(work, "calibration.jsonl"));
            Write(taught, lessons);
            Write(calibration, LeadAnswers(release, held));
            var folder = Path.Combine(task, FirstDay);
            ReleaseWriter.Begin(folder);
            CopyModels(release, folder);
            var manifest = new StudentRetraining(new() { FromServing = false }).Run(new(release, taught, calibration, folder), cancellationToken);
            ReleaseWriter.Write(folder, manifest with { Version = FirstDay, CreatedAt = TimeProvider.System.GetUtcNow() });
            using var catalog = new ReleaseCatalog(Path.GetDirectoryName(task)!);
            await catalog.PromoteAsync(DemoPlan.Task, FirstDay, cancellationToken);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    /// <summary>All but the student that begins anew.</summary>
    private static void CopyModels(string release, string folder)
    {
        using var serving = Release.Load(release);
        foreach (var tier in serving.Manifest.Tiers.Where(tier => tier is not { Role: "student", Kind: "linear" }))
        {
            foreach (var file in new[] { tier.Model, tier.Tokenizer }.OfType<string>())
            {
                File.Copy(Path.Combine(release, file), Path.Combine(folder, file), overwrite: true);
            }
        }
    }

    /// <summary>What the lead says of the mails that thresholds are chosen on: releases keep its logits, and where one does not, it is asked.</summary>
    private static IEnumerable<DatasetRecord> LeadAnswers(string release, IReadOnlyList<DatasetRecord> held)
    {
        using var serving = Release.Load(release);
        var (labels, kept) = (serving.Manifest.Labels, Path.Combine(release, "calibration.jsonl"));
        if (!File.Exists(kept))
        {
            var logits = new float[held.Count * labels.Count];
            serving.Lead.Classifier.Score([.. held.Select(mail => MailText.Render(mail.Text!))], logits);
            foreach (var (mail, row) in held.Zip(logits.Chunk(labels.Count)))
            {
                yield return Lesson(mail.Text!, row);
            }

            yield break;
        }

        var texts = held.ToDictionary(mail => mail.Id!, mail => mail.Text!);
        foreach (var line in File.ReadLines(kept))
        {
            using var row = JsonDocument.Parse(line);
            if (texts.TryGetValue(row.RootElement.GetProperty("id").GetString()!, out var text))
            {
                yield return Lesson(text, [.. row.RootElement.GetProperty("logits").GetProperty("lead").EnumerateArray().Select(value => value.GetSingle())]);
            }
        }

        DatasetRecord Lesson(string text, float[] logits) => new() { Text = text, Teacher = new() { Label = labels[Array.IndexOf(logits, logits.Max())] } };
    }

    private static void Write(string path, IEnumerable<DatasetRecord> records) =>
        File.WriteAllLines(path, records.Select(record => JsonSerializer.Serialize(record, JsonSerializerOptions.Web)));
}
