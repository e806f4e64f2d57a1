using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;

namespace Understudy.Workflows.Retraining;

/// <summary>An input with what is right.</summary>
/// <param name="Input">As it was sent.</param>
/// <param name="Label">What is right; of a call its intent.</param>
/// <param name="Call">The whole call that is right; null where the task's answers are labels.</param>
internal sealed record GateExample(string Input, string Label, FunctionCall? Call)
{
    /// <param name="lesson">Held back: the lead's answer is the truth.</param>
    public static GateExample OfLesson(DatasetRecord lesson, bool isCall) => new(lesson.Text!, lesson.Teacher!.Label!, isCall ? CallLessonCheck.CallOf(lesson) : null);

    /// <param name="example">Of the frozen regression set.</param>
    public static GateExample OfRegression(DatasetRecord example, bool isCall) =>
        new(example.Text!, example.Label!, isCall && FunctionCall.TryParse(example.Completion!, out var call) ? call : null);

    /// <param name="label">What was answered; null for a call.</param>
    /// <param name="completion">What was written; null for a label.</param>
    public bool IsRight(string? label, string? completion) => Call is null ? label == Label : completion is not null && FunctionCall.TryParse(completion, out var call) && call!.Equals(Call);
}
