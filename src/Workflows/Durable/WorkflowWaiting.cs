namespace Understudy.Workflows.Durable;

/// <summary>Waiting for an instance, for no longer than one has time.</summary>
public static class WorkflowWaiting
{
    /// <summary>Waits until the instance has finished.</summary>
    /// <param name="patience">How long at most.</param>
    /// <returns>Null where it takes longer.</returns>
    /// <exception cref="WorkflowNotFoundException">There is none of that id.</exception>
    public static async Task<WorkflowState?> WaitAsync(this IWorkflowClient workflows, string instanceId, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(patience);
        try
        {
            return await workflows.WaitAsync(instanceId, over.Token);
        }
        catch (Exception) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null; // engines differ in what they throw
        }
    }
}
