using System.ComponentModel.DataAnnotations;

namespace Understudy.LocalHost.Triggers;

/// <summary>How the local blob trigger looks for batches; section <c>BatchTrigger</c>.</summary>
internal sealed class BatchTriggerOptions
{
    public const string Section = "BatchTrigger";

    /// <summary>Between two looks, in milliseconds.</summary>
    [Range(10, 60_000)]
    public int PollMilliseconds { get; set; } = 500;
}
