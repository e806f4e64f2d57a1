using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Pipelines;

namespace Understudy.Workflows.Retraining;

/// <summary>What was said, so that it can be compared: the label; of a call the whole of it, whatever the order of its slots.</summary>
internal static class LessonAnswer
{
    /// <param name="lesson">Checked.</param>
    /// <param name="isCall">Whether the task's answers are calls.</param>
    public static string Of(DatasetRecord lesson, bool isCall) => isCall ? Of(lesson.Teacher!.Completion!) : lesson.Teacher!.Label!;

    /// <param name="labels">The release's.</param>
    /// <param name="vote">Of one of its tiers.</param>
    public static string Of(IReadOnlyList<string> labels, TierVote vote) => vote.Completion is { } text ? Of(text) : labels[vote.Label];

    public static string Of(Answer answer) => answer.Completion is { } text ? Of(text) : answer.Label!;

    /// <summary>A text that is no call stands for itself.</summary>
    private static string Of(string text) =>
        FunctionCall.TryParse(text, out var call) ? new FunctionCall(call!.Intent, call.Slots.OrderBy(slot => slot.Key, StringComparer.Ordinal)).ToJson() : text;
}
