using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Understudy.Functions.Tests.Durable;

/// <summary>An orchestration that records what it was asked for; tests complete its steps by hand.</summary>
internal sealed class FakeOrchestrationContext : TaskOrchestrationContext
{
    public Dictionary<string, Func<object?, object?>> Steps { get; } = [];

    public List<(string Name, object? Input, TaskOptions? Options)> Calls { get; } = [];

    public List<(DateTime FireAt, TaskCompletionSource Done)> Timers { get; } = [];

    public List<(string Name, object Waiter)> Waiters { get; } = [];

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
        cancellationToken.Register(() => arrival.TrySetCanceled());
        Waiters.Add((eventName, arrival));
        return arrival.Task;
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
