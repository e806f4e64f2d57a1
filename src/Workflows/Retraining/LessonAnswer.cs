using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;

namespace Understudy.Workflows.Retraining;

/// <summary>What a lesson says, so that two lessons can be compared.</summary>
internal static class LessonAnswer
{
    /// <summary>The label; of a call the whole of it, whatever the order of its slots.</summary>
    /// <param name="lesson">Checked.</param>
    /// <param name="isCall">Whether the task's answers are calls.</param>
    public static string Of(DatasetRecord lesson, bool isCall)
    {
        if (!isCall)
        {
            return lesson.Teacher!.Label!;
        }

        var call = CallLessonCheck.CallOf(lesson);
        return new FunctionCall(call.Intent, call.Slots.OrderBy(slot => slot.Key, StringComparer.Ordinal)).ToJson();
    }
}
