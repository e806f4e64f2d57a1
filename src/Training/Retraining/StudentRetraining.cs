using System.Diagnostics;
using Understudy.Inference.Calibration;
using Understudy.Inference.Classification;
using Understudy.Inference.Features;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Inference.Tasks;
using Understudy.Training.Recipes;

namespace Understudy.Training.Retraining;

/// <summary>
/// Teaches students of a release from the lead's own answers (<see cref="RetrainingPolicy"/> says which), fits their temperatures, and chooses the
/// cascade's thresholds anew for the task's guarantee. No gold label is needed: the lead's answers are the truth (techniques: "Thresholds with a
/// guarantee"). Every other model stays as it is, so that an update is as small as what was taught. Where answers are calls, <see cref="CallRetraining"/> does the work.
/// </summary>
public sealed class StudentRetraining(RetrainOptions options, IProgress<TrainingProgress>? progress = null, ReleaseTrust? trust = null)
{
    private readonly RetrainingLog _log = new(progress);

    /// <summary>Trains, and writes the files that change.</summary>
    /// <returns>The manifest of the release that the files make together with those that stay: without version, hashes and signature.</returns>
    /// <exception cref="RecipeInvalidException">There are too few lessons, or the release is of a task that this cannot teach.</exception>
    /// <exception cref="ReleaseInvalidException">The release that serves cannot be loaded.</exception>
    public ReleaseManifest Run(RetrainFiles files, CancellationToken cancellationToken = default)
    {
        using var release = Release.Load(files.Release, trust);
        var manifest = release.Manifest;
        if (release.Calls is not null)
        {
            return new CallRetraining(options, _log).Run(release, files, cancellationToken);
        }

        var lessons = LessonExample.Read(files.Lessons, release);
        var calibration = LessonExample.Read(files.Calibration, release);
        var tuning = TuningLessons.Of(lessons, options);
        var learned = lessons.Skip(tuning.Count).ToList();
        TuningLessons.Require(lessons.Count, learned.Count, calibration.Count);

        var (tiers, students) = Students(manifest, release.Definition.Retraining);
        var taught = new Dictionary<string, TaughtStudent>();
        try
        {
            Teach(release, files, tiers, students, learned, tuning, taught, cancellationToken);
            return Manifest(release, files, tiers, taught, lessons.Count, tuning, calibration, cancellationToken);
        }
        finally
        {
            foreach (var student in taught.Values)
            {
                student.Classifier?.Dispose();
            }
        }
    }

    private ReleaseManifest Manifest(
        Release release, RetrainFiles files, List<TierManifest> tiers, Dictionary<string, TaughtStudent> taught, int lessons, List<LessonExample> tuning, List<LessonExample> calibration,
        CancellationToken cancellationToken)
    {
        var manifest = release.Manifest;
        var (tuned, calibrated) = (Held(tuning), Held(calibration));
        for (var i = 0; i < tiers.Count - 1; i++)
        {
            tiers[i] = taught.TryGetValue(tiers[i].Name, out var student) && student.Classifier is { } classifier
                ? Calibrate(student.Tier, classifier, tuning, calibration, tuned, calibrated)
                : Ask(release, tiers[i], calibration, calibrated, cancellationToken);
        }

        if (tuning.Count >= TuningLessons.Least && manifest.Tiers.Any(tier => tier.Pool is not null))
        {
            foreach (var tier in tiers.Take(tiers.Count - 1).Where(tier => taught.GetValueOrDefault(tier.Name)?.Classifier is null))
            {
                Ask(release, tier, tuning, tuned, cancellationToken);
            }

            tuned.Join(tiers, cancellationToken);
        }
        else
        {
            // What was fitted for another student does not fit this one.
            tiers = tiers.ConvertAll(tier => tier with { Pool = null });
        }

        var table = calibrated.Table(tiers);
        var made = RetrainedManifest.Of(
            release, files.Output, options, _log, tiers, table, tiers.FindIndex(tier => taught.ContainsKey(tier.Name)),
            tiers.Select(tier => taught.GetValueOrDefault(tier.Name)?.Account).OfType<string>(), lessons);
        return made with { CalibrationSha256 = calibrated.Write(files.Output) };
    }

    /// <summary>The tiers, and which of them are taught: those that the task names, else the linear student, which is added in front where there is none.</summary>
    private static (List<TierManifest> Tiers, IReadOnlyList<string> Taught) Students(ReleaseManifest manifest, RetrainingPolicy policy)
    {
        var tiers = manifest.Tiers.ToList();
        if (policy.Students is { } named)
        {
            var students = tiers.Where(tier => tier.Role == "student").Select(tier => tier.Name).ToList();
            return named.Except(students).FirstOrDefault() is { } missing
                ? throw new RecipeInvalidException($"'retraining.students' in task.json names '{missing}', and release {manifest.Version} has {(students.Count == 0 ? "no students" : string.Join(", ", students))}. Name some of those, or leave the field out.")
                : (tiers, named);
        }

        var student = tiers.Find(tier => tier is { Role: "student", Kind: "linear" });
        if (student is null)
        {
            student = new() { Name = WorkFolder.Linear, Role = "student", Kind = "linear", Model = "linear.bin", Ngrams = new NgramOptions() { Buckets = 1 << 16, TextLimit = 4096 } };
            tiers.Insert(0, student);
        }

        return (tiers, [student.Name]);
    }

    private void Teach(
        Release release, RetrainFiles files, List<TierManifest> tiers, IReadOnlyList<string> students, List<LessonExample> lessons, List<LessonExample> tuning,
        Dictionary<string, TaughtStudent> taught, CancellationToken cancellationToken)
    {
        var version = release.Manifest.Version;
        foreach (var tier in tiers.Where(tier => students.Contains(tier.Name)))
        {
            var isThere = release.Manifest.Files.Any(file => file.Name == tier.Model);
            taught[tier.Name] = tier.Kind == "linear"
                ? new LinearRetraining(options, _log).Run(isThere ? Path.Combine(files.Release, tier.Model) : null, tier, version, lessons, tuning, files.Output, cancellationToken)
                : new EncoderRetraining(options, _log).Run(
                    files.Release, tier, Serving(release, tier), version, release.Definition.Retraining.Passes, lessons, tuning, files.Output, cancellationToken);
        }
    }

    private static HeldOutScores Held(List<LessonExample> lessons) => new([.. lessons.Select(lesson => lesson.Id)], [.. lessons.Select(lesson => lesson.Label)]);

    private static TierManifest Calibrate(
        TierManifest tier, ITextClassifier classifier, List<LessonExample> tuning, List<LessonExample> calibration, HeldOutScores tuned, HeldOutScores calibrated)
    {
        var fitted = Scores.Of(classifier, [.. tuning.Select(lesson => lesson.Views[0])]);
        var temperature = TemperatureScaling.Fit(fitted.SelectMany(row => row).ToArray(), tuning.Select(lesson => lesson.Label).ToArray(), classifier.LabelCount);
        var clock = Stopwatch.StartNew();
        calibrated.Add(tier.Name, Scores.Of(classifier, [.. calibration.Select(lesson => lesson.Views[0])]));
        var milliseconds = clock.Elapsed.TotalMilliseconds / calibration.Count;
        tuned.Add(tier.Name, fitted);
        return tier with { Temperature = temperature, MillisecondsPerItem = milliseconds };
    }

    /// <summary>A student that stays as it is.</summary>
    private TierManifest Ask(Release release, TierManifest tier, List<LessonExample> lessons, HeldOutScores scores, CancellationToken cancellationToken)
    {
        scores.Add(tier.Name, Scores.Of(Serving(release, tier), [.. lessons.Select(lesson => lesson.Views[0])], done => _log.Report("thresholds", done * 0.9), cancellationToken));
        return tier;
    }

    private static ITextClassifier Serving(Release release, TierManifest tier) => release.Students.First(student => student.Name == tier.Name).Classifier;
}
