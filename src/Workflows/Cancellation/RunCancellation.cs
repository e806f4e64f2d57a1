using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Cancellation;

/// <summary>Ends a run at a caller's wish and sees to what it leaves behind. Thread-safe.</summary>
public sealed class RunCancellation(IWorkflowClient workflows)
{
    /// <summary>Ends the run; its blobs in <c>work</c> go soon after. Done again after it was cut off, it does what was left.</summary>
    /// <returns>False when it ended by itself meanwhile.</returns>
    /// <exception cref="WorkflowNotFoundException">There is none of that id.</exception>
    public async Task<bool> CancelAsync(WorkflowState run, CancellationToken cancellationToken)
    {
        var id = run.InstanceId;
        if (!run.IsFinished)
        {
            await workflows.TerminateAsync(id, "Cancelled by the caller.", cancellationToken);
            if ((await workflows.WaitAsync(id, cancellationToken)).Status != WorkflowStatus.Terminated)
            {
                return false; // what lies in work is its result
            }
        }

        await workflows.StartAsync(WorkflowNames.ClearCancelled, id, $"clear-{id}", cancellationToken);
        return true;
    }
}
