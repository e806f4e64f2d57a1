using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>What the <c>instances</c> table knows that running an instance needs.</summary>
/// <param name="Number">Never used again, also after a purge.</param>
/// <param name="RunId">New for every run; the seed of <see cref="WorkflowContext.NewGuid"/>.</param>
/// <param name="FirstStep">The number of this run's first step: steps are numbered over all runs of an instance.</param>
/// <param name="HistoryLength">Rows of history of this run; 0 when it has not begun.</param>
/// <param name="Version">Of the program that started the instance; its code is what runs to the end.</param>
/// <param name="Trace">The W3C trace context of whoever started the instance, or of its parent.</param>
/// <param name="CreatedAt">When the instance was started.</param>
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
    string? Failure,
    int Version,
    string? Trace,
    DateTimeOffset CreatedAt)
{
    public bool IsFinished => WorkflowState.IsLast(Status);
}
