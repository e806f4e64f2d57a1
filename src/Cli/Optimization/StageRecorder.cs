using System.Diagnostics;
using Understudy.Cli.Calibration;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;
using Understudy.Inference.Calibration;
using Understudy.Inference.Cascades;
using Understudy.Inference.Mail;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Optimization;

/// <summary>Asks every tier about every record, shortened in each way, one input at a time as a lone caller would, and takes the time.</summary>
internal static class StageRecorder
{
    /// <summary>The slowest inputs of a tier are left out of its mean: on a busy machine they measure the others' work.</summary>
    private const double Trimmed = 0.05;

    public static IReadOnlyList<RecordedWay> Record(
        Release release, LabelledData data, IReadOnlyList<InputCompression> ways, ProgressLine progress, CancellationToken cancellationToken)
    {
        var labels = release.Manifest.Labels.Select((label, index) => (label, index)).ToDictionary(p => p.label, p => p.index);
        Tier[] tiers = [.. release.Students, release.Lead];
        string[] texts = [.. data.Records.Select(record => release.Manifest.Input == "mail" ? MailText.Render(record.Text) : record.Text)];
        List<int> truths = [.. data.Records.Select(record => labels[record.Label])];
        List<RecordedWay> recorded = [];
        foreach (var way in ways)
        {
            var (rows, times, compress) = (new List<float[][]>(texts.Length), new double[tiers.Length][], new double[texts.Length]);
            for (var tier = 0; tier < tiers.Length; tier++)
            {
                times[tier] = new double[texts.Length];
                tiers[tier].Classifier.Score([texts[0]], new float[labels.Count]); // the first run is slower than all others
            }

            long read = 0;
            for (var i = 0; i < texts.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var start = Stopwatch.GetTimestamp();
                var text = way.Apply(texts[i]).Text;
                compress[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                read += text.Length;
                rows.Add([.. tiers.Select((tier, t) => Ask(tier, text, labels.Count, out times[t][i]))]);
                progress.Report((recorded.Count + ((i + 1.0) / texts.Length)) / ways.Count);
            }

            recorded.Add(new(way.Name, new(truths, rows), Mean(compress), [.. times.Select(Mean)], (double)read / texts.Sum(text => text.Length)));
        }

        return recorded;
    }

    private static float[] Ask(Tier tier, string text, int labels, out double milliseconds)
    {
        var logits = new float[labels];
        var start = Stopwatch.GetTimestamp();
        tier.Classifier.Score([text], logits);
        milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        var probabilities = new float[labels];
        Softmax.Tempered(logits, tier.Temperature, probabilities);
        return probabilities;
    }

    private static double Mean(double[] times) => times.Order().Take(Math.Max(1, (int)(times.Length * (1 - Trimmed)))).Average();
}
