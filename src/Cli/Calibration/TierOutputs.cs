using System.Numerics.Tensors;
using System.Text.Json;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;
using Understudy.Inference.Calibration;
using Understudy.Inference.Cascades;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Calibration;

/// <summary>Puts together the table that thresholds are chosen on: from what training kept, or by asking every tier anew.</summary>
internal static class TierOutputs
{
    /// <summary>What training keeps in a release.</summary>
    public const string FileName = "calibration.jsonl";

    private const int ChunkSize = 128;

    /// <param name="path">A <c>calibration.jsonl</c>.</param>
    /// <param name="manifest">The release it belongs to.</param>
    /// <exception cref="CommandFailedException">A line does not fit the release.</exception>
    public static CalibrationTable Read(string path, ReleaseManifest manifest)
    {
        var table = Empty(manifest);
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (line.Length > 0)
            {
                table.Add(Example(manifest, Parse(line) ?? throw Unfit(path, number), path, number));
            }
        }

        return table;
    }

    /// <summary>Asks every tier of the release about every record.</summary>
    public static CalibrationTable Ask(ReleaseCatalog catalog, Release release, LabelledData data, ProgressLine progress, CancellationToken cancellationToken)
    {
        var table = Empty(release.Manifest);
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
                table.Add(Example(release.Manifest, labels[chunk[i].Label], tier => outputs[tier].AsSpan(i * labels.Count, labels.Count).ToArray()));
            }

            progress.Report((double)table.Examples.Count / data.Records.Count);
        }

        return table;
    }

    private static CalibrationTable Empty(ReleaseManifest manifest) => manifest.Tiers.Count > 1
        ? new([.. Students(manifest).Select(t => t.Name)], [.. Students(manifest).Select(t => t.MillisecondsPerItem)], manifest.Tiers[^1].MillisecondsPerItem)
        : throw new CommandFailedException($"Release '{manifest.Version}' has no students, so there are no thresholds to choose.");

    private static IEnumerable<TierManifest> Students(ReleaseManifest manifest) => manifest.Tiers.SkipLast(1);

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

    private static CalibrationExample Example(ReleaseManifest manifest, CalibrationRecord record, string path, int number)
    {
        var fits = (uint)record.Label < (uint)manifest.Labels.Count && record.Logits is not null
            && manifest.Tiers.All(t => record.Logits.TryGetValue(t.Name, out var logits) && logits.Length == manifest.Labels.Count);
        return fits ? Example(manifest, record.Label, tier => record.Logits![manifest.Tiers[tier].Name]) : throw Unfit(path, number);
    }

    private static CalibrationExample Example(ReleaseManifest manifest, int truth, Func<int, float[]> logits)
    {
        var labels = new int[manifest.Tiers.Count];
        var confidences = new double[manifest.Tiers.Count];
        var probabilities = new float[manifest.Labels.Count];
        for (var tier = 0; tier < labels.Length; tier++)
        {
            Softmax.Tempered(logits(tier), manifest.Tiers[tier].Temperature, probabilities);
            labels[tier] = TensorPrimitives.IndexOfMax<float>(probabilities);
            confidences[tier] = probabilities[labels[tier]];
        }

        return new(truth, labels[..^1], confidences[..^1], labels[^1]);
    }

    private static CommandFailedException Unfit(string path, int number) =>
        new($"{Path.GetFileName(path)}, line {number}: it does not fit the release. Each line has the gold label's index and one logit a label for every tier; train the release again, or give --data.");
}
