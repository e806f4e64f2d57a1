using Understudy.Cli.Evaluation;
using Understudy.Cli.Shell;
using Understudy.Inference.Calibration;
using Understudy.Inference.Cascades;
using Understudy.Inference.Decoding;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Calibration;

/// <summary>Has every tier of a generation task's release write every answer. A tier's "label" is whether its answer is the expected one.</summary>
internal static class CallOutputs
{
    private const int Right = 1, Wrong = 0;

    /// <returns>The table, and of each student the AUROC of its confidence against being right; null where it is always or never right.</returns>
    public static async Task<(CalibrationTable Table, IReadOnlyList<double?> Auroc)> AskAsync(
        Release release, IReadOnlyList<IExpectedAnswer> records, ProgressLine progress, CancellationToken cancellationToken)
    {
        Tier[] tiers = [.. release.Students, release.Lead];
        if (tiers.Length < 2)
        {
            throw new CommandFailedException($"Release '{release.Manifest.Version}' has no students, so there are no thresholds to choose.");
        }

        var written = new List<(int[] Labels, double[] Confidences)>(records.Count);
        var milliseconds = new double[tiers.Length];
        foreach (var record in records)
        {
            var (labels, confidences) = (new int[tiers.Length], new double[tiers.Length]);
            var text = release.Readable(record.Text);
            for (var i = 0; i < tiers.Length; i++)
            {
                var call = await ((ITextWriter)tiers[i].Model).WriteAsync(text, null, null, cancellationToken).ConfigureAwait(false);
                labels[i] = record.IsRight(call.Text) ? Right : Wrong;
                confidences[i] = Math.Min(1, call.Confidence);
                milliseconds[i] += call.Milliseconds;
            }

            written.Add((labels, confidences));
            progress.Report((double)written.Count / records.Count);
        }

        var table = new CalibrationTable([.. release.Students.Select(tier => tier.Name)], [.. milliseconds[..^1].Select(spent => spent / records.Count)], milliseconds[^1] / records.Count);
        written.ForEach(one => table.Add(new(Right, one.Labels[..^1], one.Confidences[..^1], one.Labels[^1])));
        return (table, [.. release.Students.Select((_, i) => Ranking(written, i))]);
    }

    private static double? Ranking(List<(int[] Labels, double[] Confidences)> written, int tier)
    {
        var right = written.Select(one => one.Labels[tier] == Right).ToArray();
        return right.Distinct().Count() < 2 ? null : Auroc.Compute(written.Select(one => one.Confidences[tier]).ToArray(), right);
    }
}
