using System.Text.Json;
using Understudy.Workflows;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>The client of the embedded engine: changes go through the engine's thread, look-ups read the database.</summary>
internal sealed class EmbeddedWorkflowClient(DurableEngine engine) : IWorkflowClient
{
    public Task<string> StartAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, CancellationToken cancellationToken = default)
    {
        if (!engine.Registry.Workflows.ContainsKey(name.Value))
        {
            throw new InvalidOperationException($"This program has no workflow named '{name}'. Register it in the WorkflowRegistry.");
        }

        return AskAsync(new StartRequest(instanceId ?? Guid.NewGuid().ToString("N"), name.Value, Write(input), WorkflowTelemetry.CurrentContext), cancellationToken);
    }

    public Task<WorkflowState?> GetAsync(string instanceId, CancellationToken cancellationToken = default)
    {
        using var connection = engine.OpenReader();
        return Task.FromResult(InstanceQuery.Find(connection, instanceId));
    }

    public async Task<WorkflowState> WaitAsync(string instanceId, CancellationToken cancellationToken = default)
    {
        await AskAsync(new FinishRequest(instanceId), cancellationToken);
        return await GetAsync(instanceId, cancellationToken) ?? throw new WorkflowNotFoundException(instanceId);
    }

    public Task RaiseEventAsync<T>(string instanceId, string eventName, T payload, CancellationToken cancellationToken = default) =>
        AskAsync(new RaiseEventRequest(instanceId, eventName, Write(payload)), cancellationToken);

    public Task TerminateAsync(string instanceId, string reason, CancellationToken cancellationToken = default) =>
        AskAsync(new TerminateRequest(instanceId, reason), cancellationToken);

    public Task<IReadOnlyList<WorkflowState>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken = default)
    {
        using var connection = engine.OpenReader();
        return Task.FromResult(InstanceQuery.List(connection, query));
    }

    public Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken = default) =>
        AskAsync(new PurgeRequest(instanceId), cancellationToken);

    private Task<T> AskAsync<T>(EngineRequest<T> request, CancellationToken cancellationToken)
    {
        engine.Post(request);
        return request.Answer.WaitAsync(cancellationToken);
    }

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, DurableJson.Options);
}
