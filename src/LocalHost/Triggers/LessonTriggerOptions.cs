using System.ComponentModel.DataAnnotations;

namespace Understudy.LocalHost.Triggers;

/// <summary>How the local host looks for new lessons; section <c>LessonTrigger</c>.</summary>
internal sealed class LessonTriggerOptions
{
    public const string Section = "LessonTrigger";

    /// <summary>Between two looks, in milliseconds.</summary>
    [Range(10, 3_600_000)]
    public int PollMilliseconds { get; set; } = 5000;
}
