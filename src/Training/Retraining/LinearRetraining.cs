using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Inference.Releases;
using Understudy.Training.Linear;

namespace Understudy.Training.Retraining;

/// <summary>
/// Teaches a linear student. One goes on from the serving one, where there is one and that is wished, and one begins anew; of the two the one that
/// explains the tuning lessons better stays. A student that has learned much keeps it so, and one that has learned little or wrongly does not hold
/// the next one back.
/// </summary>
internal sealed class LinearRetraining(RetrainOptions options, RetrainingLog log)
{
    /// <param name="serving">Its file; null where the student is new.</param>
    /// <param name="tier">The student's.</param>
    /// <param name="version">Of the release that serves.</param>
    /// <param name="output">The folder for its new file.</param>
    public TaughtStudent Run(
        string? serving, TierManifest tier, string version, IReadOnlyList<LessonExample> lessons, IReadOnlyList<LessonExample> tuning, string output, CancellationToken cancellationToken)
    {
        var from = serving is null ? null : LinearModel.Load(serving);
        var ngrams = from?.Ngrams ?? tier.Ngrams!;
        var model = Fit(tier, ngrams, new() { Epochs = options.Epochs, MinCount = lessons.Count < 500 ? 1 : 2, Seed = options.Seed }, lessons, null, cancellationToken);
        var goesOn = false;
        if (options.FromServing && from is not null)
        {
            var further = Fit(tier, ngrams, new() { Epochs = options.FurtherEpochs, Rate = options.FurtherRate, Seed = options.Seed }, lessons, from, cancellationToken);
            goesOn = Loss(further, tuning) <= Loss(model, tuning);
            model = goesOn ? further : model;
        }

        model.Save(Path.Combine(output, tier.Model));
        return new(tier with { Parameters = model.Parameters }, new LinearClassifier(tier.Name, model), goesOn ? $"'{tier.Name}' goes on from {version}" : $"'{tier.Name}' begins anew");
    }

    private LinearModel Fit(TierManifest tier, NgramOptions ngrams, LinearTraining training, IReadOnlyList<LessonExample> lessons, LinearModel? from, CancellationToken cancellationToken)
    {
        var losses = log.Curve(tier.Name, from is null ? "begun anew" : "going on");
        return new LinearTrainer(ngrams, training).Train(
            [.. lessons.SelectMany(lesson => lesson.Views)],
            [.. lessons.SelectMany(lesson => lesson.Views.Select(_ => lesson.Target(options.SoftTargetShare)))],
            (epoch, loss) =>
            {
                losses.Add(loss);
                log.Report(from is null ? "train anew" : "train on", (double)epoch / training.Epochs, $"loss {loss:F3}");
            },
            cancellationToken,
            from);
    }

    private static double Loss(LinearModel model, IReadOnlyList<LessonExample> lessons)
    {
        using var classifier = new LinearClassifier("student", model);
        return HeldLessons.Loss(classifier, lessons);
    }
}
