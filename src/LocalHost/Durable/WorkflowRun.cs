using System.Text.Json;
using Microsoft.Extensions.Logging;
using Understudy.Workflows.Durable;

namespace Understudy.LocalHost.Durable;

/// <summary>
/// The live coroutine of one instance. It is fed what happens, one event at a time, and lists what the code then asks for.
/// Fed the same events again it has to ask for the same things, which <see cref="Replay"/> checks.
/// </summary>
/// <remarks>Belongs to the engine's thread.</remarks>
internal sealed class WorkflowRun
{
    private readonly WorkflowRegistration _registration;
    private readonly IServiceProvider _services;
    private readonly InstanceRow _row;
    private readonly WorkflowSynchronizationContext _turns;
    private readonly EmbeddedWorkflowContext _context;
    private readonly Dictionary<long, StepWaiter> _waiters = [];
    private readonly EventBuffer _events = new();
    private Task<object?>? _task;
    private string? _nextInput;
    private bool _continuesAsNew;

    public WorkflowRun(WorkflowRegistration registration, IServiceProvider services, InstanceRow row, ILogger logger, Action onForeign)
    {
        _registration = registration;
        _services = services;
        _row = row;
        _turns = new(onForeign);
        _context = new(this, row, logger);
        NextStep = row.FirstStep;
    }

    private string InstanceId => _row.Id;

    public Guid RunId => _row.RunId;

    private string Name => _registration.Name;

    public DateTimeOffset Now { get; private set; }

    public bool IsReplaying { get; private set; }

    /// <summary>The number that the next step gets.</summary>
    public long NextStep { get; private set; }

    /// <summary>What the code asked for since this list was last cleared.</summary>
    public List<StepAction> Actions { get; } = [];

    /// <summary>Steps that came to an end by the code's own doing since this list was last cleared.</summary>
    public List<long> Dropped { get; } = [];

    /// <summary>The JSON that the code last published, null when it published nothing since this was last cleared.</summary>
    public string? NewStatus { get; set; }

    /// <summary>How the run ended; null while it goes on.</summary>
    public WorkflowOutcome? Outcome { get; private set; }

    /// <summary>Events that came and were not consumed, oldest first.</summary>
    public IReadOnlyList<(string Name, string? Payload)> UnconsumedEvents => _events.Unconsumed;

    public bool IsWaitingFor(long step) => _waiters.ContainsKey(step);

    /// <summary>Ends the run because its code awaited a task of someone else.</summary>
    public void FailForForeignAwait() => Outcome ??= WorkflowOutcome.Failed(new ForeignAwaitException(Name, InstanceId));

    /// <summary>Brings the code to where its history ends.</summary>
    /// <exception cref="NonDeterministicWorkflowException">The code does something else than its history says.</exception>
    public void Replay(IEnumerable<HistoryEvent> history)
    {
        IsReplaying = true;
        long index = 0;
        var matched = 0;
        foreach (var e in history)
        {
            if (e.IsAction)
            {
                Match(index, e, matched < Actions.Count ? Actions[matched] : null);
                matched++;
            }
            else
            {
                RequireNothingMore(index, e.Describe(), matched);
                Actions.Clear();
                matched = 0;
                Step(e);
            }

            index++;
        }

        RequireNothingMore(index, "nothing more has happened yet", matched);
        Actions.Clear();
        Dropped.Clear();
        NewStatus = null;
        IsReplaying = false;
    }

    /// <summary>Hands one event to the code and runs it until it waits again.</summary>
    public void Step(HistoryEvent e)
    {
        Now = e.At;
        _turns.RunTurn(static turn => turn.Run.Turn(turn.Event), (Run: this, Event: e));
        Settle();
    }

    internal Task<T> Schedule<T>(HistoryKind kind, string? name, string? input = null, DateTimeOffset? dueAt = null, string? childId = null, RetryPolicy? retry = null)
    {
        RequireTurn();
        var action = new StepAction(kind, NextStep++, name, input, dueAt, childId, retry);
        Actions.Add(action);
        var waiter = new StepWaiter<T>(action);
        _waiters.Add(action.Step, waiter);
        return waiter.Task;
    }

    internal Task<T> ScheduleTimer<T>(DateTimeOffset fireAt, CancellationToken cancellationToken)
    {
        var task = Schedule<T>(HistoryKind.TimerScheduled, null, dueAt: fireAt);
        if (cancellationToken.CanBeCanceled)
        {
            var step = NextStep - 1;
            cancellationToken.Register(() =>
            {
                if (_turns.IsInTurn && _waiters.Remove(step, out var waiter))
                {
                    Dropped.Add(step);
                    waiter.Cancel(cancellationToken);
                }
            });
        }

        return task;
    }

    internal Task<T> AwaitEvent<T>(string name, TimeSpan? timeout)
    {
        RequireTurn();
        var kept = _events.TryTake(name, out var payload);
        var task = Schedule<T>(HistoryKind.EventAwaited, name, dueAt: kept || timeout is null ? null : Now + timeout);
        var step = NextStep - 1;
        if (kept)
        {
            _waiters.Remove(step, out var waiter);
            waiter!.Complete(payload);
        }
        else
        {
            _events.AddWaiter(name, step);
        }

        return task;
    }

    internal void ContinueWith(string input)
    {
        RequireTurn();
        _continuesAsNew = true;
        _nextInput = input;
    }

    internal void RequireTurn()
    {
        if (!_turns.IsInTurn)
        {
            throw new ForeignAwaitException(Name, InstanceId);
        }
    }

    private void Turn(HistoryEvent e)
    {
        switch (e.Kind)
        {
            case HistoryKind.Started:
                _task = Begin();
                break;
            case HistoryKind.EventRaised when _events.Offer(e.Name!, e.Payload) is { } step:
                Dropped.Add(step);
                Take(step)?.Complete(e.Payload);
                break;
            case HistoryKind.StepCompleted:
                Take(e.Step)?.Complete(e.Payload);
                break;
            case HistoryKind.StepFailed when Take(e.Step) is { } waiter:
                waiter.Fail(new StepFailedException(waiter.Action.Name!, JsonSerializer.Deserialize<FailureDetails>(e.Payload!, DurableJson.Options)!));
                break;
            case HistoryKind.TimerFired when Take(e.Step) is { } waiter:
                Fire(waiter);
                break;
        }
    }

    private void Fire(StepWaiter waiter)
    {
        if (waiter.Action.Kind is HistoryKind.EventAwaited)
        {
            _events.RemoveWaiter(waiter.Action.Name!, waiter.Action.Step);
            waiter.Fail(new TimeoutException($"No event '{waiter.Action.Name}' came to instance '{InstanceId}' in time."));
        }
        else
        {
            waiter.Complete(null);
        }
    }

    private void Settle()
    {
        if (Outcome is not null || _task is null)
        {
            return;
        }

        if (_task.IsFaulted)
        {
            Outcome = WorkflowOutcome.Failed(_task.Exception.InnerException!);
        }
        else if (_continuesAsNew)
        {
            Outcome = new(WorkflowStatus.Running, _nextInput);
        }
        else if (_task.IsCanceled)
        {
            Outcome = WorkflowOutcome.Failed(new TaskCanceledException(_task));
        }
        else if (_task.IsCompleted)
        {
            Outcome = WriteOutput(_task.Result);
        }
        else if (_waiters.Count == 0)
        {
            FailForForeignAwait();
        }
    }

    private WorkflowOutcome WriteOutput(object? output)
    {
        try
        {
            return new(WorkflowStatus.Completed, JsonSerializer.Serialize(output, _registration.OutputType, DurableJson.Options));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return WorkflowOutcome.Failed(e);
        }
    }

    private Task<object?> Begin()
    {
        object? input;
        try
        {
            input = JsonSerializer.Deserialize(_row.Input, _registration.InputType, DurableJson.Options);
        }
        catch (Exception e)
        {
            // Whatever it is, a type's own constructor may throw it: this instance fails with it, and no other.
            return Task.FromException<object?>(new InvalidDataException(
                $"The input of workflow '{Name}' does not read as {_registration.InputType}: {e.Message}", e));
        }

        return _registration.RunAsync(_services, _context, input);
    }

    private StepWaiter? Take(long step) => _waiters.Remove(step, out var waiter) ? waiter : null;

    private void Match(long index, HistoryEvent recorded, StepAction? action)
    {
        if (action is null || action.Kind != recorded.Kind || action.Step != recorded.Step || action.Name != recorded.Name)
        {
            throw new NonDeterministicWorkflowException(
                Name, InstanceId, index, recorded.Describe(), action is null ? DescribeIdle() : Describe(action));
        }
    }

    private void RequireNothingMore(long index, string history, int matched)
    {
        if (matched < Actions.Count)
        {
            throw new NonDeterministicWorkflowException(Name, InstanceId, index, history, Describe(Actions[matched]));
        }

        if (Outcome is not null)
        {
            throw new NonDeterministicWorkflowException(Name, InstanceId, index, history, DescribeIdle());
        }
    }

    private string DescribeIdle() => Outcome switch
    {
        null => "waits without asking for anything",
        { Status: WorkflowStatus.Completed } => "has completed",
        { Status: WorkflowStatus.Running } => "continues as new",
        { Failure: var failure } => $"has failed with {failure?.ErrorType}: {failure?.Message}",
    };

    private static string Describe(StepAction action) => new HistoryEvent(action.Kind, default, action.Step, action.Name).Describe();
}
