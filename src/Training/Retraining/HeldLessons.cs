using Understudy.Inference.Calibration;
using Understudy.Inference.Classification;
using Understudy.Training.Recipes;

namespace Understudy.Training.Retraining;

/// <summary>How well a student explains lessons that it has not learned from.</summary>
internal static class HeldLessons
{
    /// <summary>Mean negative log-likelihood of the lead's labels at the temperature that fits best, in nats.</summary>
    public static double Loss(ITextClassifier student, IReadOnlyList<LessonExample> lessons)
    {
        var logits = Scores.Of(student, [.. lessons.Select(lesson => lesson.Views[0])]).SelectMany(row => row).ToArray();
        var labels = lessons.Select(lesson => lesson.Label).ToArray();
        return TemperatureScaling.NegativeLogLikelihood(logits, labels, student.LabelCount, TemperatureScaling.Fit(logits, labels, student.LabelCount));
    }
}
