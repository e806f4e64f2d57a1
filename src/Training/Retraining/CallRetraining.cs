using Understudy.Inference.Cascades;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Training.Recipes;

namespace Understudy.Training.Retraining;

/// <summary>
/// <see cref="StudentRetraining"/> where answers are calls: teaches the release's tagger from the lead's own, and chooses the thresholds of all its students anew, the lead's calls being the truth.
/// The other models stay as they are.
/// </summary>
internal sealed class CallRetraining(RetrainOptions options, RetrainingLog log)
{
    private const int Right = 1, Wrong = 0;

    /// <exception cref="RecipeInvalidException">There are too few lessons, or the release has no tagger.</exception>
    public ReleaseManifest Run(Release release, RetrainFiles files, CancellationToken cancellationToken)
    {
        var manifest = release.Manifest;
        var names = Taught(manifest, release.Definition.Retraining.Students);
        var (lessons, calibration) = (CallLesson.Of(CallExample.Read(files.Lessons, release)), CallExample.Read(files.Calibration, release));
        var tuning = TuningLessons.Of(lessons, options);
        var learned = lessons.Skip(tuning.Count).ToList();
        TuningLessons.Require(lessons.Count, learned.Count, calibration.Count);

        var taught = new List<TaughtTagger>();
        try
        {
            foreach (var tier in manifest.Tiers.Where(tier => names.Contains(tier.Name)))
            {
                var serving = (TaggerWriter)release.Students.First(student => student.Name == tier.Name).Model;
                taught.Add(new TaggerRetraining(options, log).Run(
                    files.Release, tier, serving, manifest.Version, release.Definition.Retraining.Passes, learned, tuning, files.Output, cancellationToken));
            }

            return Manifest(release, files, taught, lessons.Count, calibration, cancellationToken);
        }
        finally
        {
            taught.ForEach(tagger => tagger.Dispose());
        }
    }

    private static IReadOnlyList<string> Taught(ReleaseManifest manifest, IReadOnlyList<string>? named)
    {
        var taggers = manifest.Tiers.Where(tier => tier.Kind == TierManifest.Tagger).Select(tier => tier.Name).ToList();
        return taggers.Count == 0
            ? throw new RecipeInvalidException($"Release {manifest.Version} of task '{manifest.Task}' has no tagger, and that is what lessons with calls teach. Train a release with one: 'understudy train' with a \"tagger\" in its recipe.")
            : (named ?? taggers[..1]).Except(taggers).FirstOrDefault() is { } missing
                ? throw new RecipeInvalidException($"'retraining.students' in task.json names '{missing}', and the taggers of release {manifest.Version} are {string.Join(", ", taggers)}; no other student learns from calls. Name some of those, or leave the field out.")
                : named ?? taggers[..1];
    }

    private ReleaseManifest Manifest(Release release, RetrainFiles files, List<TaughtTagger> taught, int lessons, List<CallExample> calibration, CancellationToken cancellationToken)
    {
        var manifest = release.Manifest;
        var tiers = manifest.Tiers.ToList();
        var asked = new List<(int[] Labels, double[] Confidences)>();
        for (var i = 0; i < tiers.Count - 1; i++)
        {
            var student = taught.Find(tagger => tagger.Tier.Name == tiers[i].Name);
            var writer = student?.Writer ?? (ITextWriter)release.Students[i].Model;
            var (said, milliseconds) = Ask(writer, calibration, done => log.Report("thresholds", (i + done) / tiers.Count), cancellationToken);
            asked.Add(said);
            tiers[i] = student?.Tagger is null ? tiers[i] : student.Tier with { MillisecondsPerItem = milliseconds };
        }

        var table = new CalibrationTable([.. tiers.SkipLast(1).Select(tier => tier.Name)], [.. tiers.SkipLast(1).Select(tier => tier.MillisecondsPerItem)], tiers[^1].MillisecondsPerItem);
        for (var example = 0; example < calibration.Count; example++)
        {
            table.Add(new(Right, [.. asked.Select(said => said.Labels[example])], [.. asked.Select(said => said.Confidences[example])], Right)); // the lead's own answers
        }

        return RetrainedManifest.Of(
            release, files.Output, options, log, tiers, table, tiers.FindIndex(tier => tier.Name == taught[0].Tier.Name), taught.Select(tagger => tagger.Account), lessons);
    }

    /// <summary>What a student writes: its "label" is whether it is the lead's call.</summary>
    private static ((int[] Labels, double[] Confidences) Said, double Milliseconds) Ask(
        ITextWriter student, List<CallExample> examples, Action<double> onProgress, CancellationToken cancellationToken)
    {
        var (labels, confidences, spent) = (new int[examples.Count], new double[examples.Count], 0.0);
        for (var i = 0; i < examples.Count; i++)
        {
            var written = student.WriteAsync(examples[i].Text, null, null, cancellationToken).GetAwaiter().GetResult();
            labels[i] = FunctionCall.TryParse(written.Text, out var call) && call!.Equals(examples[i].Call) ? Right : Wrong;
            (confidences[i], spent) = (Math.Min(1, written.Confidence), spent + written.Milliseconds);
            onProgress((i + 1.0) / examples.Count);
        }

        return ((labels, confidences), spent / examples.Count);
    }
}
