using System.Text.Json;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;
using Understudy.Inference.Calibration;
using Understudy.Inference.Cascades;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Calibration;

/// <summary>Puts together what thresholds are chosen and ensembles fitted on: from what training kept, or by asking every tier anew.</summary>
internal static class TierOutputs
{
    /// <summary>What training keeps in a release.</summary>
    public const string FileName = "calibration.jsonl";

    private const int ChunkSize = 128;

    /// <summary>What training or retraining kept. Where that is without the lead's logits, the examples are the lead's own answers, and it is taken to give them.</summary>
    /// <param name="path">A <c>calibration.jsonl</c>.</param>
    /// <param name="manifest">The release it belongs to.</param>
    /// <exception cref="CommandFailedException">A line does not fit the release.</exception>
    public static TierProbabilities Read(string path, ReleaseManifest manifest)
    {
        RequireStudents(manifest);
        List<int> truths = [];
        List<float[][]> rows = [];
        var (number, isLeadKnown) = (0, true);
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length > 0)
            {
                var record = Parse(line) is { } parsed && Fits(manifest, parsed) ? parsed : throw Unfit(path, number);
                truths.Add(record.Label);
                rows.Add([.. manifest.Tiers.Select(tier => record.Logits.TryGetValue(tier.Name, out var logits) ? Softmax.Tempered(logits, tier.Temperature) : OneHot.Of(record.Label, manifest.Labels.Count))]);
                isLeadKnown &= record.Logits.ContainsKey(manifest.Tiers[^1].Name);
            }
        }

        return new(truths, rows) { IsLeadKnown = isLeadKnown };
    }

    /// <summary>The ids of what training kept, one for each of <see cref="Read"/>'s rows; null or empty for examples that had none.</summary>
    public static IReadOnlyList<string?> Ids(string path) => [.. File.ReadLines(path).Where(line => line.Length > 0).Select(line => Parse(line)?.Id)];

    /// <summary>Asks every tier of the release about every record.</summary>
    public static TierProbabilities Ask(ReleaseCatalog catalog, Release release, LabelledData data, ProgressLine progress, CancellationToken cancellationToken)
    {
        RequireStudents(release.Manifest);
        List<int> truths = [];
        List<float[][]> rows = [];
        var pipeline = new JointInference(catalog);
        var labels = release.Manifest.Labels.Select((label, index) => (label, index)).ToDictionary(p => p.label, p => p.index);
        Tier[] tiers = [.. release.Students, release.Lead];
        foreach (var chunk in data.Records.Chunk(ChunkSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var items = pipeline.Compress(release, Array.ConvertAll(chunk, r => new PipelineItem { Id = r.Id, Input = r.Text }));
            var texts = items.Select(i => i.CompressedInput ?? i.Input).ToList();
            var outputs = Array.ConvertAll(tiers, tier =>
            {
                var logits = new float[texts.Count * labels.Count];
                tier.Classifier.Score(texts, logits);
                return logits;
            });
            for (var i = 0; i < chunk.Length; i++)
            {
                truths.Add(labels[chunk[i].Label]);
                rows.Add([.. tiers.Select((tier, t) => Softmax.Tempered(outputs[t].AsSpan(i * labels.Count, labels.Count), tier.Temperature))]);
            }

            progress.Report((double)rows.Count / data.Records.Count);
        }

        return new(truths, rows);
    }

    private static void RequireStudents(ReleaseManifest manifest)
    {
        if (manifest.Tiers.Count < 2)
        {
            throw new CommandFailedException($"Release '{manifest.Version}' has no students, so there are no thresholds to choose and nothing to combine.");
        }
    }

    private static CalibrationRecord? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<CalibrationRecord>(line, CliJson.Line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool Fits(ReleaseManifest manifest, CalibrationRecord record) =>
        (uint)record.Label < (uint)manifest.Labels.Count && record.Logits is not null
        && manifest.Tiers.Index().All(t => record.Logits.TryGetValue(t.Item.Name, out var logits) ? logits.Length == manifest.Labels.Count : t.Index == manifest.Tiers.Count - 1);

    private static CommandFailedException Unfit(string path, int number) =>
        new($"{Path.GetFileName(path)}, line {number}: it does not fit the release. Each line has the gold label's index and one logit a label for every tier (a release from lessons leaves the lead's out); train the release again, or give --data.");
}
