using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Tests;

/// <summary>Runs a workflow without an engine: its activities end at once, as the test says.</summary>
internal abstract class ScriptedContext : WorkflowContext
{
    public override string InstanceId => "scripted";

    public override int Version => 1;

    public override DateTimeOffset CurrentUtcDateTime => DateTimeOffset.UnixEpoch;

    public override bool IsReplaying => false;

    public override ILogger Logger => NullLogger.Instance;

    public override Guid NewGuid() => Guid.Empty;

    public override Task<TOut> CallActivityAsync<TIn, TOut>(ActivityName<TIn, TOut> name, TIn input, RetryPolicy? retry = null) =>
        Task.FromResult((TOut)Result(name.Value, input));

    public override Task<TOut> CallWorkflowAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, RetryPolicy? retry = null) =>
        throw new NotSupportedException();

    public override Task CreateTimer(DateTimeOffset fireAt, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public override Task<T> WaitForEventAsync<T>(string name, TimeSpan? timeout = null) => throw new NotSupportedException();

    public override void SetStatus<T>(T status)
    {
    }

    public override void ContinueAsNew<TIn>(TIn input) => throw new NotSupportedException();

    /// <summary>What an activity returns, or throws.</summary>
    protected abstract object Result(string step, object? input);
}
