using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>A step that is not over: a row of the <c>pending</c> table.</summary>
/// <param name="Instance">The instance's number.</param>
/// <param name="Step">The step's number.</param>
/// <param name="Kind">One of the action kinds of <see cref="HistoryKind"/>.</param>
/// <param name="Name">The activity, workflow or event.</param>
/// <param name="HistoryIndex">Where its input stands in the history.</param>
/// <param name="Attempt">The attempt that runs or is about to, from 1.</param>
/// <param name="DueAt">Nothing happens before this time; null when it runs at once.</param>
/// <param name="ChildId">The instance id of a sub-workflow.</param>
/// <param name="Retry">How failures are tried again.</param>
internal sealed record PendingStep(
    long Instance,
    long Step,
    HistoryKind Kind,
    string? Name,
    long HistoryIndex,
    int Attempt = 1,
    DateTimeOffset? DueAt = null,
    string? ChildId = null,
    RetryPolicy? Retry = null);
