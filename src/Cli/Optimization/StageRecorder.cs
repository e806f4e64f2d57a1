using System.Diagnostics;
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
        var seen = ways.Select(_ => new Seen(texts.Length, tiers.Length)).ToArray();
        Array.ForEach(tiers, tier => tier.Classifier.Score([texts[0]], new float[labels.Count])); // the first run is slower than all others
        for (var i = 0; i < texts.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // All ways in turn: what else the machine does meets them alike.
            for (var way = 0; way < seen.Length; way++)
            {
                var start = Stopwatch.GetTimestamp();
                var text = ways[way].Apply(texts[i]).Text;
                seen[way].Compress[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                seen[way].Read += text.Length;
                seen[way].Rows.Add([.. tiers.Select((tier, t) => Ask(tier, text, labels.Count, out seen[way].Times[t][i]))]);
            }

            progress.Report((i + 1.0) / texts.Length);
        }

        return [.. ways.Zip(seen, (way, one) => new RecordedWay(
            way.Name, new(truths, one.Rows), Mean(one.Compress), [.. one.Times.Select(Mean)], (double)one.Read / texts.Sum(text => text.Length)))];
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

    /// <summary>What has been seen of one way so far.</summary>
    private sealed class Seen(int texts, int tiers)
    {
        public List<float[][]> Rows { get; } = new(texts);

        public double[] Compress { get; } = new double[texts];

        /// <summary>[tiers][texts], in milliseconds.</summary>
        public double[][] Times { get; } = [.. Enumerable.Range(0, tiers).Select(_ => new double[texts])];

        public long Read { get; set; }
    }
}
