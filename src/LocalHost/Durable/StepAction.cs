using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>Something a workflow's code asked for and waits on.</summary>
/// <param name="Kind">One of the action kinds of <see cref="HistoryKind"/>.</param>
/// <param name="Step">Its number, unique over the instance's life.</param>
/// <param name="Name">The activity, workflow or event.</param>
/// <param name="Input">The JSON that goes in.</param>
/// <param name="DueAt">When a timer fires, or when the wait for an event ends.</param>
/// <param name="ChildId">The instance id that the caller chose for a sub-workflow.</param>
/// <param name="Retry">How failures are tried again.</param>
internal sealed record StepAction(
    HistoryKind Kind,
    long Step,
    string? Name = null,
    string? Input = null,
    DateTimeOffset? DueAt = null,
    string? ChildId = null,
    RetryPolicy? Retry = null);
