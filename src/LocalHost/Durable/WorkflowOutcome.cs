using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>How a run ended.</summary>
/// <param name="Status">Completed or failed; running when it goes on with a new input.</param>
/// <param name="Json">The output, or the next run's input.</param>
/// <param name="Failure">Why it failed.</param>
internal sealed record WorkflowOutcome(WorkflowStatus Status, string? Json, FailureDetails? Failure = null)
{
    public static WorkflowOutcome Failed(Exception exception) => new(WorkflowStatus.Failed, null, FailureDetails.From(exception));
}
