namespace Understudy.Workflows.Durable;

/// <summary>Starts workflows and looks after them; thread-safe.</summary>
public interface IWorkflowClient
{
    /// <summary>Starts an instance, unless one of that id exists already: starting twice is one instance.</summary>
    /// <returns>The instance's id.</returns>
    Task<string> StartAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, CancellationToken cancellationToken = default);

    /// <summary>The instance, or null when there is none of that id.</summary>
    Task<WorkflowState?> GetAsync(string instanceId, CancellationToken cancellationToken = default);

    /// <summary>Waits until the instance has finished.</summary>
    /// <exception cref="WorkflowNotFoundException">There is none of that id.</exception>
    Task<WorkflowState> WaitAsync(string instanceId, CancellationToken cancellationToken = default);

    /// <summary>Hands an event to an instance; kept until the instance asks for it, and dropped where it has finished.</summary>
    /// <exception cref="WorkflowNotFoundException">There is none of that id.</exception>
    Task RaiseEventAsync<T>(string instanceId, string eventName, T payload, CancellationToken cancellationToken = default);

    /// <summary>
    /// Ends an instance where it stands, and with it the sub-workflows that it started, but for those on the Functions host, which does not pass
    /// that on; an activity that is running finishes, and its result is dropped. One that has finished stays as it is.
    /// </summary>
    /// <exception cref="WorkflowNotFoundException">There is none of that id.</exception>
    Task TerminateAsync(string instanceId, string reason, CancellationToken cancellationToken = default);

    /// <summary>The instances that match, newest first.</summary>
    Task<IReadOnlyList<WorkflowState>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken = default);

    /// <summary>Forgets a finished instance; true when there was one.</summary>
    Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken = default);
}
