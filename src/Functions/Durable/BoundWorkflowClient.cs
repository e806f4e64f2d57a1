using Microsoft.DurableTask.Client;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Durable;

/// <summary>
/// The workflow client of the invocation that is running. Functions hands a client to each invocation, the handlers are made once;
/// this carries the one to the other. Thread-safe.
/// </summary>
public sealed class BoundWorkflowClient(WorkflowRegistry registry) : IWorkflowClient
{
    private readonly AsyncLocal<IWorkflowClient?> _current = new();

    private IWorkflowClient Current => _current.Value
        ?? throw new InvalidOperationException("This function has no durable client: add a [DurableClient] parameter to it and bind it.");

    /// <summary>Binds a client to the rest of this invocation and all that it awaits.</summary>
    public void Bind(DurableTaskClient client) => _current.Value = new DurableWorkflowClient(client, registry.Version);

    public Task<string> StartAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, CancellationToken cancellationToken = default)
        => Current.StartAsync(name, input, instanceId, cancellationToken);

    public Task<WorkflowState?> GetAsync(string instanceId, CancellationToken cancellationToken = default) => Current.GetAsync(instanceId, cancellationToken);

    public Task<WorkflowState> WaitAsync(string instanceId, CancellationToken cancellationToken = default) => Current.WaitAsync(instanceId, cancellationToken);

    public Task RaiseEventAsync<T>(string instanceId, string eventName, T payload, CancellationToken cancellationToken = default)
        => Current.RaiseEventAsync(instanceId, eventName, payload, cancellationToken);

    public Task TerminateAsync(string instanceId, string reason, CancellationToken cancellationToken = default)
        => Current.TerminateAsync(instanceId, reason, cancellationToken);

    public Task<IReadOnlyList<WorkflowState>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken = default)
        => Current.ListAsync(query, cancellationToken);

    public Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken = default) => Current.PurgeAsync(instanceId, cancellationToken);
}
