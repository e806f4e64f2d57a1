using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>What the <c>instances</c> table knows that running an instance needs.</summary>
/// <param name="Number">Never used again, also after a purge.</param>
/// <param name="RunId">New for every run; the seed of <see cref="WorkflowContext.NewGuid"/>.</param>
/// <param name="FirstStep">The number of this run's first step: steps are numbered over all runs of an instance.</param>
/// <param name="HistoryLength">Rows of history of this run; 0 when it has not begun.</param>
internal sealed record InstanceRow(
    long Number,
    string Id,
    string Name,
    WorkflowStatus Status,
    Guid RunId,
    long FirstStep,
    long HistoryLength,
    string Input,
    string? Output,
    string? Failure)
{
    public bool IsFinished => Status is WorkflowStatus.Completed or WorkflowStatus.Failed or WorkflowStatus.Terminated;
}
