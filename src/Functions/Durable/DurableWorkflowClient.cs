using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Durable;

/// <summary>
/// Starts workflows on Durable Functions and looks after them; throws <see cref="DurableAwayException"/> when the engine does not answer. Thread-safe,
/// as the client beneath it is.
/// </summary>
internal sealed class DurableWorkflowClient(DurableTaskClient inner, int version) : IWorkflowClient
{
    // An id once used stays used until it is purged, whatever became of its instance.
    private static readonly string[] EveryStatus = ["Pending", "Running", "Suspended", "Completed", "Failed", "Terminated"];

    public async Task<string> StartAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, CancellationToken cancellationToken = default)
    {
        if (instanceId is not null && await ExistsAsync(instanceId, cancellationToken))
        {
            return instanceId;
        }

        var options = new StartOrchestrationOptions(instanceId) { DedupeStatuses = EveryStatus, Version = DurableVersion.Write(version) };
        try
        {
            return await AskAsync(() => inner.ScheduleNewOrchestrationInstanceAsync(new TaskName(name.Value), input, options, cancellationToken));
        }
        catch (Exception) when (instanceId is not null && !cancellationToken.IsCancellationRequested)
        {
            // Two starts raced and the other one won: that is the same instance. Anything else is a real failure.
            if (await ExistsAsync(instanceId, cancellationToken))
            {
                return instanceId;
            }

            throw;
        }
    }

    public async Task<WorkflowState?> GetAsync(string instanceId, CancellationToken cancellationToken = default)
        => await AskAsync(() => inner.GetInstancesAsync(instanceId, getInputsAndOutputs: true, cancellationToken)) is { } found
            ? DurableWorkflowState.From(found)
            : null;

    public async Task<WorkflowState> WaitAsync(string instanceId, CancellationToken cancellationToken = default)
    {
        await RequireAsync(instanceId, cancellationToken);
        return DurableWorkflowState.From(await AskAsync(() => inner.WaitForInstanceCompletionAsync(instanceId, getInputsAndOutputs: true, cancellationToken)));
    }

    public async Task RaiseEventAsync<T>(string instanceId, string eventName, T payload, CancellationToken cancellationToken = default)
    {
        await RequireAsync(instanceId, cancellationToken);
        await UnlessFinishedAsync(instanceId, () => inner.RaiseEventAsync(instanceId, eventName, (object?)payload, cancellationToken), cancellationToken);
    }

    public async Task TerminateAsync(string instanceId, string reason, CancellationToken cancellationToken = default)
    {
        await RequireAsync(instanceId, cancellationToken);
        await UnlessFinishedAsync(instanceId, () => inner.TerminateInstanceAsync(instanceId, new TerminateInstanceOptions(reason, Recursive: true), cancellationToken), cancellationToken);
    }

    public async Task<IReadOnlyList<WorkflowState>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken = default)
    {
        var filter = new OrchestrationQuery(
            Statuses: query.Status is { } status ? DurableWorkflowState.Matching(status) : null,
            InstanceIdPrefix: query.Prefix,
            FetchInputsAndOutputs: true);
        var found = await AskAsync(() => FindAsync(filter, query.Name, cancellationToken));

        // The store lists by id, so all matches are read before the newest are known.
        return [.. found.OrderByDescending(instance => instance.CreatedAt).Take(query.Limit).Select(DurableWorkflowState.From)];
    }

    public async Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken = default)
    {
        if (await GetAsync(instanceId, cancellationToken) is not { IsFinished: true })
        {
            return false;
        }

        var purged = await AskAsync(() => inner.PurgeInstanceAsync(instanceId, options: null, cancellationToken));
        return purged.PurgedInstanceCount > 0;
    }

    /// <summary>Does something to an instance; to one that has finished, perhaps meanwhile, nothing: the host refuses that, in words that differ by version.</summary>
    private async Task UnlessFinishedAsync(string instanceId, Func<Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(async () =>
            {
                await act();
                return true;
            });
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (await GetAsync(instanceId, cancellationToken) is not { IsFinished: true })
            {
                throw;
            }
        }
    }

    private async Task<bool> ExistsAsync(string instanceId, CancellationToken cancellationToken)
        => await AskAsync(() => inner.GetInstancesAsync(instanceId, getInputsAndOutputs: false, cancellationToken)) is not null;

    private async Task<List<OrchestrationMetadata>> FindAsync(OrchestrationQuery filter, string? name, CancellationToken cancellationToken)
    {
        var found = new List<OrchestrationMetadata>();
        await foreach (var instance in inner.GetAllInstancesAsync(filter).WithCancellation(cancellationToken))
        {
            if (name is null || string.Equals(instance.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(instance);
            }
        }

        return found;
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RpcException failure) when (DurableAwayException.IsMeantBy(failure))
        {
            throw new DurableAwayException(failure);
        }
    }

    private async Task RequireAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(instanceId, cancellationToken))
        {
            throw new WorkflowNotFoundException(instanceId);
        }
    }
}
