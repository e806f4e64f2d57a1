using Understudy.Inference.Grammars;

namespace Understudy.Inference.Datasets;

/// <summary>A text with the answer that it should get: what a generation task learns from and is measured on.</summary>
/// <param name="Line">Where it stands in its file, from 1.</param>
/// <param name="Text">The request.</param>
/// <param name="Completion">The answer; where that is JSON, without white space between its parts.</param>
/// <param name="Rationale">How one comes to it; null where nobody said.</param>
public sealed record CompletionRecord(long Line, string Text, string Completion, string? Rationale = null)
{
    /// <summary>Reads a line of a data set. Lessons are such lines too: the lead's answer counts where there is no other.</summary>
    /// <param name="isJson">Whether answers are JSON, as a task's schema says.</param>
    /// <param name="problem">What is wrong with the line and what to do; null when nothing is.</param>
    /// <returns>Null where there is a problem.</returns>
    public static CompletionRecord? Read(DatasetLine line, bool isJson, out string? problem)
    {
        problem = line.Problem;
        if (line.Record is not { } record)
        {
            return null;
        }

        var completion = (record.Completion ?? record.Teacher?.Completion)?.Trim();
        var answer = completion is { Length: > 0 } && isJson ? JsonAnswer.Compact(completion) : completion;
        problem = string.IsNullOrWhiteSpace(record.Text) ? "the line has no field 'text'; generation needs one. Add the request."
            : completion is null ? "the line has no field 'completion'. Add the right answer or remove the line."
            : completion.Length == 0 ? "field 'completion' is empty. Give the right answer or remove the line."
            : answer is null ? $"field 'completion' is no JSON, and the task has a schema: '{Start(completion)}'. Correct it or remove the line."
            : null;
        return problem is null ? new(line.Number, record.Text!, answer!, string.IsNullOrWhiteSpace(record.Rationale) ? null : record.Rationale.Trim()) : null;
    }

    /// <summary>Whether an answer is the right one: the same text, or where answers are JSON the same value.</summary>
    public bool IsAnsweredBy(string answer, bool isJson) => isJson ? JsonAnswer.Same(answer, Completion) : answer.Trim() == Completion;

    private static string Start(string text) => text.Length <= 40 ? text : $"{text[..40]}…";
}
