using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Understudy.Functions.Tests.Durable;

/// <summary>A task hub of finished and unfinished instances; it starts an id once and refuses it afterwards, as the real one does.</summary>
internal sealed class FakeTaskClient() : DurableTaskClient("fake")
{
    public Dictionary<string, OrchestrationMetadata> Instances { get; } = [];

    public List<(string Name, object? Input, StartOrchestrationOptions? Options)> Starts { get; } = [];

    public List<(string Id, string Name, object? Payload)> Events { get; } = [];

    public List<(string Id, object? Output, bool Recursive)> Terminated { get; } = [];

    public OrchestrationQuery? LastQuery { get; private set; }

    /// <summary>Set to let another caller's start come between this one's look and its start.</summary>
    public bool StartsRace { get; set; }

    public Exception? StartFails { get; set; }

    /// <summary>What everything fails with.</summary>
    public Exception? IsAway { get; set; }

    /// <summary>What events and terminations fail with.</summary>
    public Exception? CommandsFail { get; set; }

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        if ((IsAway ?? StartFails) is { } failure)
        {
            return Task.FromException<string>(failure);
        }

        Starts.Add((orchestratorName.Name, input, options));
        var id = options?.InstanceId ?? "new-id";
        var won = Instances.TryAdd(id, new(orchestratorName.Name, id)) && !StartsRace;
        return won ? Task.FromResult(id) : Task.FromException<string>(new InvalidOperationException("There is one already."));
    }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        => IsAway is null ? Task.FromResult(Instances.GetValueOrDefault(instanceId)) : Task.FromException<OrchestrationMetadata?>(IsAway);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
        => Task.FromResult(Instances[instanceId]);

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        Events.Add((instanceId, eventName, eventPayload));
        return RefuseIfFinished(instanceId);
    }

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        Terminated.Add((instanceId, options?.Output, options?.Recursive == true));
        return RefuseIfFinished(instanceId);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        LastQuery = filter;
        if (IsAway is not null)
        {
            throw IsAway;
        }

        return new FakePages(Instances.Values.Where(i =>
            i.InstanceId.StartsWith(filter?.InstanceIdPrefix ?? "", StringComparison.Ordinal) && filter?.Statuses?.Contains(i.RuntimeStatus) != false));
    }

    public override Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
        => Task.FromResult(new PurgeResult(Instances.Remove(instanceId) ? 1 : 0));

    public override ValueTask DisposeAsync() => default;

    /// <summary>As the host does, in whose words it is the state of the instance.</summary>
    private Task RefuseIfFinished(string instanceId)
        => Instances[instanceId].RuntimeStatus is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated
            ? Task.FromException(new InvalidOperationException($"The instance is {Instances[instanceId].RuntimeStatus}."))
            : CommandsFail is null ? Task.CompletedTask : Task.FromException(CommandsFail);
}
