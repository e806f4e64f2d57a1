using System.Diagnostics;
using System.Text.Json.Nodes;
using Understudy.Inference.Calibration;
using Understudy.Inference.Cascades;
using Understudy.Inference.Ensembles;
using Understudy.Inference.Features;
using Understudy.Inference.Lessons;
using Understudy.Inference.Linear;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Training.Linear;
using Understudy.Training.Recipes;

namespace Understudy.Training.Retraining;

/// <summary>
/// Teaches the linear student of a release from the lead's own answers, fits its temperature, and chooses the cascade's thresholds anew for
/// the task's guarantee. No gold label is needed: the lead's answers are the truth (techniques: "Thresholds with a guarantee"). Every other
/// model stays as it is, so that an update is as small as the student.
/// </summary>
public sealed class StudentRetraining(RetrainOptions options, IProgress<TrainingProgress>? progress = null, ReleaseTrust? trust = null)
{
    /// <summary>On fewer lessons a temperature is a guess, and students are not joined; but a quarter of the lessons at most goes there.</summary>
    private const int LeastTuning = 150;

    private readonly Dictionary<string, List<double>> _losses = [];

    /// <summary>Trains, and writes the files that change.</summary>
    /// <returns>The manifest of the release that the files make together with those that stay: without version, hashes and signature.</returns>
    /// <exception cref="RecipeInvalidException">There are too few lessons, or the release is of a task that this cannot teach.</exception>
    /// <exception cref="ReleaseInvalidException">The release that serves cannot be loaded.</exception>
    public ReleaseManifest Run(RetrainFiles files, CancellationToken cancellationToken = default)
    {
        using var release = Release.Load(files.Release, trust);
        var manifest = release.Manifest;
        if (manifest.Kind != "classification")
        {
            throw new RecipeInvalidException($"Task '{manifest.Task}' is of kind '{manifest.Kind}'; students are retrained for 'classification'.");
        }

        var lessons = LessonExample.Read(files.Lessons, release);
        var calibration = LessonExample.Read(files.Calibration, release);
        var tuning = lessons.Take(Math.Max(1, Math.Max((int)(lessons.Count * options.TuningShare), Math.Min(LeastTuning, lessons.Count / 4)))).ToList();
        var learned = lessons.Skip(tuning.Count).ToList();
        if (learned.Count == 0 || calibration.Count == 0)
        {
            throw new RecipeInvalidException($"There are {lessons.Count} lessons to learn from and {calibration.Count} to choose thresholds on; both are needed. Gather more.");
        }

        var (tiers, student) = Students(manifest);
        var (model, goesOn) = Train(files.Release, manifest, tiers[student], learned, tuning, cancellationToken);
        model.Save(Path.Combine(files.Output, tiers[student].Model));
        var (tuned, calibrated) = (Held(tuning), Held(calibration));
        tiers[student] = Calibrate(tiers[student] with { Parameters = model.Parameters }, model, tuning, calibration, tuned, calibrated);
        AskOthers(release, tiers, student, calibration, calibrated, cancellationToken);
        if (tuning.Count >= LeastTuning && manifest.Tiers.Any(tier => tier.Pool is not null))
        {
            AskOthers(release, tiers, student, tuning, tuned, cancellationToken);
            tuned.Join(tiers, cancellationToken);
        }
        else
        {
            // What was fitted for another student does not fit this one.
            tiers = tiers.ConvertAll(tier => tier with { Pool = null });
        }

        var table = calibrated.Table(tiers);
        var (thresholds, report) = ThresholdSearch.Choose(table, release.Definition.Guarantee);
        for (var i = 0; i < thresholds.Length; i++)
        {
            tiers[i] = tiers[i] with { Threshold = thresholds[i] };
        }

        RetrainingPlot.DrawLosses(Path.Combine(files.Output, RetrainingPlots.Loss), tiers[student].Name, _losses);
        RetrainingPlot.DrawCoverage(Path.Combine(files.Output, RetrainingPlots.Coverage), table, student, thresholds[student]);
        progress?.Report(new("thresholds", 1, report.Certified ? $"students answer {report.StudentShare:P1}" : $"nothing could be promised with {report.Examples} lessons"));
        return manifest with
        {
            Recipe = $"retraining of '{tiers[student].Name}' from {lessons.Count} lessons, {(goesOn ? $"going on from {manifest.Version}" : "begun anew")}",
            Seed = options.Seed,
            Guarantee = release.Definition.Guarantee,
            Thresholds = report,
            Tiers = tiers,
            // What was fitted for other students does not fit these.
            Ensemble = Ensemble.Last,
            EnsembleParameters = null,
            CalibrationSha256 = calibrated.Write(files.Output),
            Metrics = new JsonObject { ["lessons"] = lessons.Count, ["lessonsForThresholds"] = calibration.Count },
            Files = [],
        };
    }

    /// <summary>The tiers with the linear student among them, which is added in front where there is none.</summary>
    private static (List<TierManifest> Tiers, int Student) Students(ReleaseManifest manifest)
    {
        var tiers = manifest.Tiers.ToList();
        var student = tiers.FindIndex(tier => tier is { Role: "student", Kind: "linear" });
        if (student < 0)
        {
            student = 0;
            tiers.Insert(0, new() { Name = WorkFolder.Linear, Role = "student", Kind = "linear", Model = "linear.bin", Ngrams = new NgramOptions() { Buckets = 1 << 16, TextLimit = 4096 } });
        }

        return (tiers, student);
    }

    /// <summary>
    /// One student that goes on from the serving one, where there is one and that is wished, and one that begins anew; of the two the one that
    /// explains the tuning lessons better. A student that has learned much keeps it so, and one that has learned little or wrongly does not hold
    /// the next one back.
    /// </summary>
    private (LinearModel Model, bool GoesOn) Train(
        string folder, ReleaseManifest manifest, TierManifest tier, List<LessonExample> lessons, List<LessonExample> tuning, CancellationToken cancellationToken)
    {
        var serving = manifest.Files.Any(file => file.Name == tier.Model) ? LinearModel.Load(Path.Combine(folder, tier.Model)) : null;
        var ngrams = serving?.Ngrams ?? tier.Ngrams!;
        var anew = Fit(ngrams, new() { Epochs = options.Epochs, MinCount = lessons.Count < 500 ? 1 : 2, Seed = options.Seed }, lessons, null, cancellationToken);
        if (!options.FromServing || serving is null)
        {
            return (anew, false);
        }

        var further = Fit(ngrams, new() { Epochs = options.FurtherEpochs, Rate = options.FurtherRate, Seed = options.Seed }, lessons, serving, cancellationToken);
        return Loss(further, tuning) <= Loss(anew, tuning) ? (further, true) : (anew, false);
    }

    private LinearModel Fit(NgramOptions ngrams, LinearTraining training, List<LessonExample> lessons, LinearModel? from, CancellationToken cancellationToken)
    {
        var losses = _losses[from is null ? "begun anew" : "going on from the one that serves"] = [];
        return new LinearTrainer(ngrams, training).Train(
            [.. lessons.SelectMany(lesson => lesson.Views)],
            [.. lessons.SelectMany(lesson => lesson.Views.Select(_ => lesson.Target(options.SoftTargetShare)))],
            (epoch, loss) =>
            {
                losses.Add(loss);
                progress?.Report(new(from is null ? "train anew" : "train on", (double)epoch / training.Epochs, $"loss {loss:F3}"));
            },
            cancellationToken,
            from);
    }

    /// <summary>Mean negative log-likelihood of the lead's labels at the temperature that fits best.</summary>
    private static double Loss(LinearModel model, List<LessonExample> lessons)
    {
        using var classifier = new LinearClassifier("student", model);
        var logits = Scores.Of(classifier, [.. lessons.Select(lesson => lesson.Views[0])]).SelectMany(row => row).ToArray();
        var labels = lessons.Select(lesson => lesson.Label).ToArray();
        return TemperatureScaling.NegativeLogLikelihood(logits, labels, model.LabelCount, TemperatureScaling.Fit(logits, labels, model.LabelCount));
    }

    private static HeldOutScores Held(List<LessonExample> lessons) => new([.. lessons.Select(lesson => lesson.Id)], [.. lessons.Select(lesson => lesson.Label)]);

    private static TierManifest Calibrate(
        TierManifest tier, LinearModel model, List<LessonExample> tuning, List<LessonExample> calibration, HeldOutScores tuned, HeldOutScores calibrated)
    {
        using var classifier = new LinearClassifier(tier.Name, model);
        var fitted = Scores.Of(classifier, [.. tuning.Select(lesson => lesson.Views[0])]);
        var temperature = TemperatureScaling.Fit(fitted.SelectMany(row => row).ToArray(), tuning.Select(lesson => lesson.Label).ToArray(), model.LabelCount);
        var clock = Stopwatch.StartNew();
        calibrated.Add(tier.Name, Scores.Of(classifier, [.. calibration.Select(lesson => lesson.Views[0])]));
        var milliseconds = clock.Elapsed.TotalMilliseconds / calibration.Count;
        tuned.Add(tier.Name, fitted);
        return tier with { Temperature = temperature, MillisecondsPerItem = milliseconds };
    }

    /// <summary>The students that stay as they are.</summary>
    private void AskOthers(Release release, List<TierManifest> tiers, int student, List<LessonExample> lessons, HeldOutScores scores, CancellationToken cancellationToken)
    {
        for (var i = 0; i < tiers.Count - 1; i++)
        {
            if (i != student)
            {
                scores.Add(tiers[i].Name, Scores.Of(
                    release.Students.First(tier => tier.Name == tiers[i].Name).Classifier,
                    [.. lessons.Select(lesson => lesson.Views[0])],
                    done => progress?.Report(new("thresholds", done * 0.9, "")),
                    cancellationToken));
            }
        }
    }
}
