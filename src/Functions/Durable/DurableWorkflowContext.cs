using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Understudy.Workflows.Durable;
using RetryPolicy = Understudy.Workflows.Durable.RetryPolicy;

namespace Understudy.Functions.Durable;

/// <summary>The workflow port over Durable Functions.</summary>
/// <remarks>Awaits stay on the orchestration's own scheduler, so nothing here configures them away.</remarks>
internal sealed class DurableWorkflowContext(TaskOrchestrationContext inner) : WorkflowContext
{
    private readonly Dictionary<string, Task> _waits = [];
    private readonly Dictionary<string, Task<JsonElement?>> _arrivals = [];

    public override string InstanceId => inner.InstanceId;

    public override int Version => DurableVersion.Read(inner.Version);

    public override DateTimeOffset CurrentUtcDateTime => new(DateTime.SpecifyKind(inner.CurrentUtcDateTime, DateTimeKind.Utc));

    public override bool IsReplaying => inner.IsReplaying;

    public override ILogger Logger => field ??= inner.CreateReplaySafeLogger($"Understudy.Workflows.{inner.Name.Name}");

    public override Guid NewGuid() => inner.NewGuid();

    public override Task<TOut> CallActivityAsync<TIn, TOut>(ActivityName<TIn, TOut> name, TIn input, RetryPolicy? retry = null)
    {
        var options = new TaskOptions(DurableRetry.From(retry));
        return TranslateAsync(name.Value, inner.CallActivityAsync<TOut>(new TaskName(name.Value), input, options));
    }

    public override Task<TOut> CallWorkflowAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, RetryPolicy? retry = null)
    {
        var options = new SubOrchestrationOptions(DurableRetry.From(retry), instanceId) { Version = DurableVersion.Write(Version) };
        return TranslateAsync(name.Value, inner.CallSubOrchestratorAsync<TOut>(new TaskName(name.Value), input, options));
    }

    public override Task CreateTimer(DateTimeOffset fireAt, CancellationToken cancellationToken = default)
        => inner.CreateTimer(fireAt.UtcDateTime, cancellationToken);

    public override Task<T> WaitForEventAsync<T>(string name, TimeSpan? timeout = null)
        => timeout is { } limit ? WaitForEventAsync<T>(name, limit) : NextEventAsync<T>(name, CancellationToken.None);

    public override void SetStatus<T>(T status) => inner.SetCustomStatus(status);

    public override void ContinueAsNew<TIn>(TIn input)
    {
        foreach (var (name, arrival) in _arrivals.Where(a => a.Value.IsCompleted))
        {
            // It came when nobody waited any more; Durable Functions keeps only those that it has had no waiter for.
            inner.SendEvent(InstanceId, name, arrival.Result!);
        }

        inner.ContinueAsNew(input, preserveUnprocessedEvents: true);
    }

    private async Task<T> WaitForEventAsync<T>(string name, TimeSpan timeout)
    {
        using var abandoned = new CancellationTokenSource();
        var arrival = NextEventAsync<T>(name, abandoned.Token);
        var expiry = inner.CreateTimer(inner.CurrentUtcDateTime + timeout, abandoned.Token);
        var first = await Task.WhenAny(arrival, expiry);
        // The loser is cancelled: a timer left open keeps the instance running, a wait left open takes the next event.
        abandoned.Cancel();
        return first == arrival ? await arrival : throw new TimeoutException($"No event '{name}' came within {timeout}.");
    }

    /// <summary>Of several waits for one name Durable Functions serves the latest first; here each begins when the one before is over.</summary>
    private Task<T> NextEventAsync<T>(string name, CancellationToken abandoned)
    {
        var wait = _waits.TryGetValue(name, out var before) && !before.IsCompleted ? AfterAsync<T>(before, name, abandoned) : TakeAsync<T>(name, abandoned);
        _waits[name] = wait;
        return wait;
    }

    private async Task<T> AfterAsync<T>(Task before, string name, CancellationToken abandoned)
    {
        try
        {
            await before;
        }
        catch (Exception)
        {
            // Its own caller hears of it.
        }

        abandoned.ThrowIfCancellationRequested();
        return await TakeAsync<T>(name, abandoned);
    }

    /// <summary>
    /// A waiter that is cancelled stays with Durable Functions: in the pinned version it swallows the next event, in any it has the next waiter be of its type.
    /// So the waiter of an abandoned wait, which takes any type, is left open for the wait after it.
    /// </summary>
    private async Task<T> TakeAsync<T>(string name, CancellationToken abandoned)
    {
        if (!_arrivals.TryGetValue(name, out var arrival))
        {
            arrival = inner.WaitForExternalEvent<JsonElement?>(name, CancellationToken.None);
            _arrivals.Add(name, arrival);
        }

        var payload = await arrival.WaitAsync(abandoned);
        _arrivals.Remove(name);
        return JsonSerializer.Deserialize<T>(payload?.GetRawText() ?? "null", DurableJson.Options)!;
    }

    private static async Task<T> TranslateAsync<T>(string step, Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (TaskFailedException failure)
        {
            throw new StepFailedException(step, DurableFailure.From(failure));
        }
    }
}
