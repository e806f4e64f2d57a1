using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;

namespace Understudy.Workflows.Retraining;

/// <summary>Lessons of a task whose answers are calls, parted by whether a tagger can learn from them: it has to be certain which words of the request each value is.</summary>
/// <param name="Usable">In the order in which they came.</param>
/// <param name="Unusable">The others: they may still tell whether what lies there is the lead's.</param>
/// <param name="Absent">Of the others, those with a value that is no words of the request.</param>
/// <param name="Ambiguous">Those with a value that stands there more than once.</param>
/// <param name="Refused">Those that the task's schema does not allow.</param>
internal sealed record PlacedLessons(List<DatasetRecord> Usable, List<DatasetRecord> Unusable, int Absent, int Ambiguous, int Refused)
{
    /// <param name="lessons">Checked.</param>
    /// <param name="task">Whose schema they have to satisfy.</param>
    public static PlacedLessons Of(IReadOnlyList<DatasetRecord> lessons, FunctionCallTask task)
    {
        var (usable, unusable, absent, ambiguous, refused) = (new List<DatasetRecord>(), new List<DatasetRecord>(), 0, 0, 0);
        foreach (var lesson in lessons)
        {
            var (placement, tagged) = CallAlignment.Align(lesson.Text!, CallLessonCheck.CallOf(lesson));
            var isAllowed = tagged is not null && task.Accepts(lesson.Text!, lesson.Teacher!.Completion!);
            (isAllowed ? usable : unusable).Add(lesson);
            absent += placement == CallPlacement.Absent ? 1 : 0;
            ambiguous += placement == CallPlacement.Ambiguous ? 1 : 0;
            refused += placement == CallPlacement.Found && !isAllowed ? 1 : 0;
        }

        return new(usable, unusable, absent, ambiguous, refused);
    }
}
