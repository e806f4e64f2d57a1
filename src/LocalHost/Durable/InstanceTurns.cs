using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Understudy.Workflows;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>
/// Feeds events to instances and writes down, in the open transaction, what happened and what the code then asked for. What has
/// to happen outside of the database is collected in <see cref="Effects"/>.
/// </summary>
/// <remarks>Belongs to the engine's thread.</remarks>
internal sealed partial class InstanceTurns(
    DurableDatabase database,
    InstanceCache cache,
    WorkflowRegistry registry,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILoggerFactory loggers,
    Action<EngineMessage> post)
{
    private readonly List<LiveInstance> _dirty = [];
    private readonly Queue<StepEnded> _ended = new();

    /// <summary>What the open transaction leads to.</summary>
    public Effects Effects { get; private set; } = new();

    /// <summary>Brings the instances' rows up to their histories, before the commit.</summary>
    public void Flush()
    {
        DeliverEnded();
        var now = time.GetUtcNow();
        foreach (var instance in _dirty)
        {
            if (instance.IsDirty)
            {
                instance.IsDirty = false;
                database.Instances.Progress(instance.Row.Number, instance.HistoryLength, now);
                WriteCustomStatus(instance);
            }
        }

        _dirty.Clear();
    }

    /// <summary>Hands over what the transaction led to, after the commit.</summary>
    public Effects TakeEffects()
    {
        var effects = Effects;
        Effects = new();
        return effects;
    }

    public void Create(string id, string name, string input, string? trace) =>
        Begin(database.Instances.Add(id, name, Guid.NewGuid(), time.GetUtcNow(), input, null, registry.Version, trace));

    /// <summary>Runs an instance from the start of a run to its first wait.</summary>
    public void Begin(long number)
    {
        if (database.Instances.Find(number) is not { IsFinished: false, HistoryLength: 0 } row || Open(row) is not { } instance)
        {
            return;
        }

        foreach (var (name, payload) in database.KeptEvents.Take(number))
        {
            Feed(instance, new(HistoryKind.EventRaised, Now(instance), Name: name, Payload: payload));
        }

        Feed(instance, new(HistoryKind.Started, Now(instance)));
    }

    public void RaiseEvent(InstanceRow row, string name, string payload)
    {
        if (row.HistoryLength == 0 && cache.Find(row.Number) is null)
        {
            database.KeptEvents.Add(row.Number, name, payload);
        }
        else if (Load(row.Number) is { } instance)
        {
            Feed(instance, new(HistoryKind.EventRaised, Now(instance), Name: name, Payload: payload));
        }
    }

    /// <summary>Takes note of the end of an attempt: the step is over, or is tried again later.</summary>
    public void EndStep(StepEnded ended)
    {
        if (Load(ended.Instance) is not { } instance || !instance.Run.IsWaitingFor(ended.Step))
        {
            return;
        }

        if (ended.Failure is null)
        {
            Feed(instance, new(HistoryKind.StepCompleted, Now(instance), ended.Step, Payload: ended.Output));
        }
        else if (database.Pending.Find(ended.Instance, ended.Step) is { Retry: { } retry } pending && pending.Attempt < retry.MaxAttempts)
        {
            var again = pending with { Attempt = pending.Attempt + 1, DueAt = time.GetUtcNow() + retry.DelayAfter(pending.Attempt) };
            database.Pending.Save(again);
            Effects.Timers.Add(again);
        }
        else
        {
            var failure = JsonSerializer.Serialize(ended.Failure, DurableJson.Options);
            Feed(instance, new(HistoryKind.StepFailed, Now(instance), ended.Step, Payload: failure));
        }
    }

    /// <summary>A pending step's time has come, unless the step is over or was moved. One of a newer program's instance is left for that program.</summary>
    public void Due(long number, long step, DateTimeOffset dueAt)
    {
        if (database.Pending.Find(number, step) is not { } pending || pending.DueAt != dueAt)
        {
            return;
        }

        var row = database.Instances.Find(number)!;
        if (row.Version > registry.Version)
        {
            LogNewer(loggers.CreateLogger<InstanceTurns>(), row.Id, row.Version, registry.Version);
        }
        else if (pending.Kind is HistoryKind.ActivityScheduled or HistoryKind.WorkflowScheduled)
        {
            Dispatch(pending, row, database.History.ReadPayload(number, pending.HistoryIndex));
        }
        else if (Load(number) is { } instance)
        {
            Feed(instance, new(HistoryKind.TimerFired, Now(instance), step));
        }
    }

    /// <summary>Hands a step to whoever carries it out.</summary>
    public void Dispatch(PendingStep pending, InstanceRow row, string? input)
    {
        if (pending.Kind is HistoryKind.WorkflowScheduled)
        {
            Effects.Next.Add(new StartChild(pending.Instance, pending.Step));
        }
        else if (registry.Activities.TryGetValue(pending.Name!, out var activity))
        {
            Effects.Activities.Add(new(pending.Instance, row.Id, pending.Step, activity, input, row.Trace));
        }
        else
        {
            Effects.Next.Add(new StepEnded(pending.Instance, pending.Step, null, NotRegistered("activity", pending.Name!)));
        }
    }

    /// <summary>Starts the sub-workflow of a step, or joins the instance that has its id already.</summary>
    public void StartChild(long parent, long step)
    {
        if (database.Pending.Find(parent, step) is not { } pending)
        {
            return;
        }

        var child = database.Instances.Find(pending.ChildId!);
        if (child is { IsFinished: true, Status: not WorkflowStatus.Completed } && pending.Attempt > 1)
        {
            Purge(child.Number);
            child = null;
        }

        if (child is null)
        {
            CreateChild(database.Instances.Find(parent)!, pending);
        }
        else if (child.Name != pending.Name || child.Number == parent)
        {
            _ended.Enqueue(new(parent, step, null, new(
                typeof(InvalidOperationException).FullName!,
                $"Instance '{child.Id}' exists already and is not a sub-workflow '{pending.Name}'. Call it under another instance id.")));
        }
        else if (child.IsFinished)
        {
            _ended.Enqueue(new(parent, step, child.Output, ReadFailure(child.Failure)));
        }
    }

    /// <summary>Ends an instance and the sub-workflows that it started, and those that they started. The parent goes first: it is not to hear of their end.</summary>
    public void Terminate(InstanceRow row, string reason)
    {
        Close(row.Number);
        Finish(row, WorkflowStatus.Terminated, null, new("Terminated", reason));
        foreach (var child in database.Instances.UnfinishedChildren(row.Number))
        {
            Terminate(database.Instances.Find(child)!, reason);
        }
    }

    /// <summary>Forgets an instance and the finished sub-workflows that it started.</summary>
    public void Purge(long number)
    {
        foreach (var child in database.Instances.FinishedChildren(number))
        {
            Purge(child);
        }

        database.History.Clear(number);
        database.Instances.Remove(number);
    }

    /// <summary>Ends a run whose code awaited a task of someone else.</summary>
    public void FailForForeignAwait(long number, WorkflowRun run)
    {
        if (run.Outcome is null && database.Instances.Find(number) is { IsFinished: false } row && row.RunId == run.RunId)
        {
            run.FailForForeignAwait();
            Close(number);
            Finish(row, WorkflowStatus.Failed, null, run.Outcome!.Failure);
        }
    }

    /// <summary>Lets waiting parents know, within the transaction, of sub-workflows that ended in it.</summary>
    public void DeliverEnded()
    {
        while (_ended.TryDequeue(out var ended))
        {
            EndStep(ended);
        }
    }

    private void CreateChild(InstanceRow parent, PendingStep step) => Begin(database.Instances.Add(
        step.ChildId!, step.Name!, Guid.NewGuid(), time.GetUtcNow(), database.History.ReadPayload(parent.Number, step.HistoryIndex)!, parent.Number, parent.Version, parent.Trace));

    private LiveInstance? Load(long number)
    {
        if (cache.Find(number) is { } cached)
        {
            return cached;
        }

        if (database.Instances.Find(number) is not { IsFinished: false, HistoryLength: > 0 } row || Open(row) is not { } instance)
        {
            return null;
        }

        try
        {
            instance.Run.Replay(database.History.Read(number));
            return instance;
        }
        catch (NonDeterministicWorkflowException e)
        {
            End(instance, WorkflowOutcome.Failed(e));
            return null;
        }
    }

    private LiveInstance? Open(InstanceRow row)
    {
        if (row.Version > registry.Version)
        {
            // A newer program started it; it goes on when that one is back.
            LogNewer(loggers.CreateLogger<InstanceTurns>(), row.Id, row.Version, registry.Version);
            return null;
        }

        if (registry.Find(row.Name, row.Version) is not { } registration)
        {
            Close(row.Number);
            Finish(row, WorkflowStatus.Failed, null, NotRegistered("workflow", row.Name));
            return null;
        }

        var scope = scopes.CreateScope();
        WorkflowRun? run = null;
        run = new(
            registration,
            scope.ServiceProvider,
            row,
            loggers.CreateLogger("Understudy.Workflows." + row.Name),
            () => post(new ForeignContinuation(row.Number, run!)));
        var instance = new LiveInstance(row, run, scope);
        cache.Add(instance);
        return instance;
    }

    private void Feed(LiveInstance instance, HistoryEvent e)
    {
        if (e.Kind is HistoryKind.StepCompleted or HistoryKind.StepFailed or HistoryKind.TimerFired)
        {
            database.Pending.Remove(instance.Row.Number, e.Step);
        }

        database.History.Append(instance.Row.Number, instance.HistoryLength++, e);
        var run = instance.Run;
        run.Step(e);
        if (run.Outcome is { } outcome)
        {
            End(instance, outcome);
            return;
        }

        foreach (var action in run.Actions)
        {
            Record(instance, action, e.At);
        }

        foreach (var step in run.Dropped)
        {
            database.Pending.Remove(instance.Row.Number, step);
        }

        run.Actions.Clear();
        run.Dropped.Clear();
        if (!instance.IsDirty)
        {
            instance.IsDirty = true;
            _dirty.Add(instance);
        }
    }

    private void Record(LiveInstance instance, StepAction action, DateTimeOffset at)
    {
        var row = instance.Row;
        var index = instance.HistoryLength++;
        database.History.Append(row.Number, index, new(action.Kind, at, action.Step, action.Name, action.Input));
        if (action is { Kind: HistoryKind.EventAwaited, DueAt: null } || !instance.Run.IsWaitingFor(action.Step))
        {
            return;
        }

        var childId = action.Kind is HistoryKind.WorkflowScheduled ? action.ChildId ?? $"{row.Id}:{row.Number}-{action.Step}" : null;
        var pending = new PendingStep(row.Number, action.Step, action.Kind, action.Name, index, 1, action.DueAt, childId, action.Retry);
        database.Pending.Save(pending);
        if (action.DueAt is null)
        {
            Dispatch(pending, row, action.Input);
        }
        else
        {
            Effects.Timers.Add(pending);
        }
    }

    private void End(LiveInstance instance, WorkflowOutcome outcome)
    {
        var row = instance.Row;
        Close(row.Number);
        if (outcome.Status is WorkflowStatus.Running)
        {
            database.History.Clear(row.Number);
            database.Instances.Restart(row.Number, Guid.NewGuid(), instance.Run.NextStep, outcome.Json!, time.GetUtcNow());
            foreach (var (name, payload) in instance.Run.UnconsumedEvents)
            {
                database.KeptEvents.Add(row.Number, name, payload);
            }

            Effects.Next.Add(new BeginRun(row.Number));
        }
        else
        {
            Finish(row, outcome.Status, outcome.Json, outcome.Failure);
        }
    }

    private void Close(long number)
    {
        if (cache.Find(number) is { } instance)
        {
            // Its row is about to be written for good: what the run did earlier in this transaction is not to come after that.
            instance.IsDirty = false;
            WriteCustomStatus(instance);
            cache.Remove(number);
        }

        database.Pending.Clear(number);
        database.KeptEvents.Clear(number);
    }

    private void Finish(InstanceRow row, WorkflowStatus status, string? output, FailureDetails? failure)
    {
        var json = failure is null ? null : JsonSerializer.Serialize(failure, DurableJson.Options);
        database.Instances.Finish(row.Number, status, time.GetUtcNow(), output, json);
        Effects.Finished.Add(row.Id);
        WorkflowTelemetry.Finished(row.Name, row.Id, row.Trace, row.CreatedAt, time.GetUtcNow(), failure);
        foreach (var step in database.Pending.WaitingFor(row.Id))
        {
            _ended.Enqueue(new(step.Instance, step.Step, output, failure));
        }
    }

    private void WriteCustomStatus(LiveInstance instance)
    {
        if (instance.Run.NewStatus is { } status)
        {
            database.Instances.SetCustomStatus(instance.Row.Number, status);
            instance.Run.NewStatus = null;
        }
    }

    private DateTimeOffset Now(LiveInstance instance)
    {
        var now = time.GetUtcNow();
        return now > instance.Run.Now ? now : instance.Run.Now;
    }

    private static FailureDetails? ReadFailure(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<FailureDetails>(json, DurableJson.Options);

    private static FailureDetails NotRegistered(string what, string name) => new(
        typeof(InvalidOperationException).FullName!,
        $"This program has no {what} named '{name}'. Register it in the WorkflowRegistry under the name that stored history uses.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Instance {Instance} is of version {Version}; this program knows up to {Known}, and leaves it for one that knows more.")]
    private static partial void LogNewer(ILogger logger, string instance, int version, int known);
}
