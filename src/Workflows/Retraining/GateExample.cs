using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;

namespace Understudy.Workflows.Retraining;

/// <summary>An input with what is right.</summary>
/// <param name="Input">As it was sent.</param>
/// <param name="Label">What is right; of a call its intent.</param>
/// <param name="Call">The whole call that is right; null where the task's answers are labels.</param>
/// <param name="Weight">What it counts in shares.</param>
/// <param name="IsDrawn">Whether it is one of those that are like what is served, each counting the same.</param>
internal sealed record GateExample(string Input, string Label, FunctionCall? Call, double Weight = 1, bool IsDrawn = true)
{
    /// <summary>Those by which the new release is judged: what students passed on is all there, and the serving one is at its worst on it, so they are weighed as thresholds' lessons are; the weights sum to their number.</summary>
    /// <param name="held">Held back: the lead's answers are the truth.</param>
    /// <param name="isCall">Whether the task's answers are calls.</param>
    public static IEnumerable<GateExample> OfLessons(IReadOnlyList<DatasetRecord> held, bool isCall)
    {
        var weights = held.Select(LessonSplit.WeightOf).ToList();
        var (mean, heaviest) = (weights.DefaultIfEmpty(1).Average(), weights.DefaultIfEmpty(1).Max());
        return held.Select((lesson, i) => new GateExample(
            lesson.Text!, lesson.Teacher!.Label!, isCall ? CallLessonCheck.CallOf(lesson) : null, mean > 0 ? weights[i] / mean : 0, LessonSplit.IsDrawn(lesson, heaviest)));
    }

    /// <param name="example">Of the frozen regression set.</param>
    public static GateExample OfRegression(DatasetRecord example, bool isCall) =>
        new(example.Text!, example.Label!, isCall && FunctionCall.TryParse(example.Completion!, out var call) ? call : null);

    /// <param name="label">What was answered; null for a call.</param>
    /// <param name="completion">What was written; null for a label.</param>
    public bool IsRight(string? label, string? completion) => Call is null ? label == Label : completion is not null && FunctionCall.TryParse(completion, out var call) && call!.Equals(Call);
}
