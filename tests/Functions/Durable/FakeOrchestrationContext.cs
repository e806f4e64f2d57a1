using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Tests.Durable;

/// <summary>An orchestration that records what it was asked for; tests complete its steps by hand.</summary>
internal sealed class FakeOrchestrationContext : TaskOrchestrationContext
{
    private readonly Dictionary<string, Stack<(Type Type, Action<string?> Complete)>> _waiters = [];
    private readonly Dictionary<string, Queue<string?>> _kept = [];

    public Dictionary<string, Func<object?, object?>> Steps { get; } = [];

    public List<(string Name, object? Input, TaskOptions? Options)> Calls { get; } = [];

    public List<(DateTime FireAt, TaskCompletionSource Done)> Timers { get; } = [];

    /// <summary>What the orchestration sent to itself.</summary>
    public List<(string Name, string Payload)> Sent { get; } = [];

    public object? Input { get; set; }

    public object? Status { get; private set; }

    public (object? Input, bool KeepsEvents)? Continued { get; private set; }

    public string? LoggerCategory { get; private set; }

    public override TaskName Name => new("story");

    public override string InstanceId => "story-1";

    public override DateTime CurrentUtcDateTime { get; } = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Unspecified);

    public override bool IsReplaying => true;

    public string OwnVersion { get; set; } = "";

    public override string Version => OwnVersion;

    public override T? GetInput<T>()
        where T : default
        => (T?)Input;

    public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null) => CallAsync<TResult>(name, input, options);

    public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null)
        => CallAsync<TResult>(orchestratorName, input, options);

    public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource();
        cancellationToken.Register(() => done.TrySetCanceled());
        Timers.Add((fireAt, done));
        return done.Task;
    }

    public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default)
    {
        var arrival = new TaskCompletionSource<T>();
        var waiters = _waiters.TryGetValue(eventName, out var before) ? before : _waiters[eventName] = [];
        if (waiters.TryPeek(out var latest) && latest.Type != typeof(T))
        {
            throw new ArgumentException("Events with the same name must have the same type argument.");
        }

        waiters.Push((typeof(T), json => arrival.TrySetResult((T)(json is null ? null : JsonSerializer.Deserialize(json, typeof(T), DurableJson.Options))!)));
        if (_kept.TryGetValue(eventName, out var kept) && kept.TryDequeue(out var payload))
        {
            waiters.Pop().Complete(payload);
        }

        cancellationToken.Register(() => arrival.TrySetCanceled());
        return arrival.Task;
    }

    /// <summary>As the worker does it: the latest waiter has the event, also one that was cancelled, whom it is lost on; without a waiter it is kept.</summary>
    public void Raise(string eventName, object? payload)
    {
        var json = payload is null ? null : JsonSerializer.Serialize(payload, DurableJson.Options);
        if (_waiters.TryGetValue(eventName, out var waiters) && waiters.TryPop(out var latest))
        {
            latest.Complete(json);
            return;
        }

        var kept = _kept.TryGetValue(eventName, out var before) ? before : _kept[eventName] = [];
        kept.Enqueue(json);
    }

    public override void SendEvent(string instanceId, string eventName, object payload)
    {
        Assert.Equal(InstanceId, instanceId);
        Assert.Null(Continued);
        Sent.Add((eventName, JsonSerializer.Serialize(payload, DurableJson.Options)));
    }

    public override void SetCustomStatus(object? customStatus) => Status = customStatus;

    public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) => Continued = (newInput, preserveUnprocessedEvents);

    public override Guid NewGuid() => new("11111111-2222-3333-4444-555555555555");

    public override ILogger CreateReplaySafeLogger(string categoryName)
    {
        LoggerCategory = categoryName;
        return NullLogger.Instance;
    }

    private async Task<TResult> CallAsync<TResult>(TaskName name, object? input, TaskOptions? options)
    {
        Calls.Add((name.Name, input, options));
        await Task.CompletedTask;
        return (TResult)Steps[name.Name](input)!;
    }
}
