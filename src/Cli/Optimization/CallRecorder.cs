using System.Diagnostics;
using Understudy.Cli.Evaluation;
using Understudy.Cli.Shell;
using Understudy.Inference.Decoding;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Inference.Speculation;

namespace Understudy.Cli.Optimization;

/// <summary>
/// Has the students of a generation task write every answer once, and the lead once for each way of speculating. A tier's "label" is whether its answer is
/// the expected one. The lead is asked alone, without a student's text; each way begins with models that have answered nothing yet.
/// </summary>
internal static class CallRecorder
{
    private const float Not = -1; // below any confidence, so that the label that is meant is the greatest

    private static readonly string[] Ways = [SpeculationNames.All, SpeculationNames.None, "grammar+ngram", "grammar+ngram+cache"];

    public static async Task<IReadOnlyList<RecordedWay>> RecordAsync(
        string folder, ReleaseManifest manifest, ReleaseTrust trust, IReadOnlyList<IExpectedAnswer> records, ProgressLine progress, CancellationToken cancellationToken)
    {
        var ways = Ways.Contains(manifest.Speculation) ? Ways : [manifest.Speculation, .. Ways];
        var (students, studentMilliseconds) = (new List<float[]>[manifest.Tiers.Count - 1], new double[manifest.Tiers.Count - 1]);
        List<RecordedWay> recorded = [];
        List<int> truths = [.. records.Select(_ => 1)];
        var (texts, shortening) = (Array.Empty<string>(), 0.0);
        foreach (var way in ways)
        {
            using var release = Release.Load(folder, trust);
            if (recorded.Count == 0)
            {
                var start = Stopwatch.GetTimestamp();
                texts = [.. records.Select(record => release.Readable(record.Text))];
                shortening = Stopwatch.GetElapsedTime(start).TotalMilliseconds / records.Count;
            }

            for (var i = 0; i < students.Length && recorded.Count == 0; i++)
            {
                (students[i], studentMilliseconds[i]) = await AskAsync((ITextWriter)release.Students[i].Model, texts, records, null, cancellationToken).ConfigureAwait(false);
            }

            var done = recorded.Count;
            var (lead, milliseconds) = await AskAsync(((ITextWriter)release.Lead.Model).With(way), texts, records, share => progress.Report((done + share) / ways.Length), cancellationToken).ConfigureAwait(false);
            List<float[][]> rows = [.. lead.Select((row, i) => (float[][])[.. students.Select(student => student[i]), row])];
            recorded.Add(new(release.Compression.Name, new(truths, rows), shortening, [.. studentMilliseconds, milliseconds], (double)texts.Sum(text => text.Length) / records.Sum(record => record.Text.Length)) { Speculation = way });
        }

        return recorded;
    }

    private static async Task<(List<float[]> Rows, double Milliseconds)> AskAsync(ITextWriter writer, string[] texts, IReadOnlyList<IExpectedAnswer> records, Action<double>? progress, CancellationToken cancellationToken)
    {
        List<float[]> rows = [];
        var milliseconds = 0.0;
        foreach (var (text, record) in texts.Zip(records))
        {
            var call = await writer.WriteAsync(text, null, null, cancellationToken).ConfigureAwait(false);
            var (right, confidence) = (record.IsRight(call.Text), (float)Math.Min(1, call.Confidence));
            rows.Add(right ? [Not, confidence] : [confidence, Not]);
            milliseconds += call.Milliseconds;
            progress?.Invoke((double)rows.Count / records.Count);
        }

        return (rows, milliseconds / records.Count);
    }
}
