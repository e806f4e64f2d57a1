using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;

namespace Understudy.Workflows.Retraining;

/// <summary>Whether a record can teach a task whose answers are calls, and what its call is.</summary>
internal static class CallLessonCheck
{
    /// <summary>The record with its call in <c>teacher.completion</c> as we write it and the call's intent in <c>teacher.label</c>, or why it is no lesson.</summary>
    /// <param name="intents">The task's.</param>
    /// <param name="mostWeight">What audits of the task give; no lesson's own weight is more.</param>
    /// <param name="mostCharacters">Of a text, as of one that is sent.</param>
    public static (DatasetRecord? Lesson, string? Problem) Check(DatasetRecord record, IReadOnlyList<string> intents, double mostWeight, int mostCharacters)
    {
        if (LessonCheck.TextProblem(record.Text, mostCharacters) is { } wrong)
        {
            return (null, wrong);
        }

        var teacher = record.Teacher ?? new();
        if ((teacher.Completion ?? record.Completion) is not { } text)
        {
            return (null, "The record has no 'teacher.completion' and no 'completion'. Give what the lead answered.");
        }

        if (!FunctionCall.TryParse(text, out var call))
        {
            return (null, $"The completion is no call: it must be one JSON object with an 'intent', a string, and 'slots', an object of strings, and nothing else. It is: {Short(text)}");
        }

        if (call!.Slots.FirstOrDefault(slot => slot.Key.Length == 0 || slot.Key.Any(char.IsWhiteSpace)) is { Key: { } name })
        {
            return (null, $"The slot '{Short(name)}' has a name that is empty or has white space in it. Name slots with one word each, as the task's schema does.");
        }

        return !intents.Contains(call.Intent) ? (null, $"The intent '{call.Intent}' is none of the task's. Use its labels: {LessonCheck.Some(intents)}.")
            : LessonCheck.WeightProblem(teacher) is { } problem ? (null, problem)
            : (record with { Teacher = teacher with { Label = call.Intent, Probabilities = null, Completion = call.ToJson(), Weight = LessonCheck.Bounded(teacher.Weight, mostWeight) } }, null);
    }

    /// <summary>The call of a lesson that was checked.</summary>
    public static FunctionCall CallOf(DatasetRecord lesson) =>
        FunctionCall.TryParse(lesson.Teacher!.Completion!, out var call) ? call! : throw new InvalidDataException($"Lesson '{lesson.Id}' has no call.");

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
