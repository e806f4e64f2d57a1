using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Cancellation;

/// <summary>Ends a run at a caller's wish and sees to what it leaves behind. Thread-safe.</summary>
public sealed class RunCancellation(IWorkflowClient workflows)
{
    /// <summary>Ends the run; its blobs in <c>work</c> go soon after.</summary>
    /// <exception cref="WorkflowNotFoundException">There is none of that id.</exception>
    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        await workflows.TerminateAsync(id, "Cancelled by the caller.", cancellationToken);
        await workflows.StartAsync(WorkflowNames.ClearCancelled, id, $"clear-{id}", cancellationToken);
    }
}
