using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;

namespace Understudy.Workflows.Retraining;

/// <summary>Lessons of a task whose answers are calls, parted by whether a tagger can learn from them: it has to be certain which words of the request each value is.</summary>
/// <param name="Allowed">Those that the task's schema allows, in the order in which they came: a tagger is judged by all of them, whether it can learn from them or not.</param>
/// <param name="Usable">Those of them from which it can.</param>
/// <param name="Unusable">All others: they may still tell whether what lies there is the lead's.</param>
/// <param name="Absent">Of the others, those with a value that is no words of the request.</param>
/// <param name="Ambiguous">Those with a value that stands there more than once.</param>
/// <param name="Refused">Those that could be learned from, did the task's schema allow them.</param>
internal sealed record PlacedLessons(List<DatasetRecord> Allowed, List<DatasetRecord> Usable, List<DatasetRecord> Unusable, int Absent, int Ambiguous, int Refused)
{
    /// <param name="lessons">Checked.</param>
    /// <param name="release">Of the task, whose schema they have to satisfy; what it makes of an input is what was asked about.</param>
    public static PlacedLessons Of(IReadOnlyList<DatasetRecord> lessons, Release release)
    {
        if (release.Calls is not { } task)
        {
            return new([.. lessons], [.. lessons], [], 0, 0, 0);
        }

        var (allowed, usable, unusable, absent, ambiguous, refused) = (new List<DatasetRecord>(), new List<DatasetRecord>(), new List<DatasetRecord>(), 0, 0, 0);
        foreach (var lesson in lessons)
        {
            var request = release.Readable(lesson.Text!);
            var placement = CallAlignment.Align(request, CallLessonCheck.CallOf(lesson)).Placement;
            var isAllowed = task.Accepts(request, lesson.Teacher!.Completion!);
            if (isAllowed)
            {
                allowed.Add(lesson);
            }

            (isAllowed && placement == CallPlacement.Found ? usable : unusable).Add(lesson);
            absent += placement == CallPlacement.Absent ? 1 : 0;
            ambiguous += placement == CallPlacement.Ambiguous ? 1 : 0;
            refused += placement == CallPlacement.Found && !isAllowed ? 1 : 0;
        }

        return new(allowed, usable, unusable, absent, ambiguous, refused);
    }
}
