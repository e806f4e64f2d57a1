using Microsoft.Extensions.Options;
using Understudy.Workflows.Cancellation;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Limits;

namespace Understudy.Workflows.Tests.Cancellation;

public sealed class RunCancellationTests
{
    [Theory]
    [InlineData(null, true, 0)] // the engine is slow: nothing is cleared yet, and whoever cancels again does it
    [InlineData(WorkflowStatus.Terminated, true, 1)]
    [InlineData(WorkflowStatus.Completed, false, 0)]
    public async Task Cancel_Run_ClearsOnlyWhatItEnded(WorkflowStatus? end, bool cancelled, int clearings)
    {
        var run = new WorkflowState("run", "infer", WorkflowStatus.Running, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);
        var engine = new Engine(end is { } status ? run with { Status = status } : null);

        Assert.Equal(cancelled, await new RunCancellation(engine, Options.Create(new UnderstudyLimits { WaitSeconds = 0.1 })).CancelAsync(run, TestContext.Current.CancellationToken));

        Assert.Equal(("run", clearings), (engine.Terminated, engine.Started.Count(id => id == "clear-run")));
    }

    /// <param name="end">How its run ends; null where it does not in time.</param>
    private sealed class Engine(WorkflowState? end) : IWorkflowClient
    {
        public List<string?> Started { get; } = [];

        public string? Terminated { get; private set; }

        public Task<string> StartAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, CancellationToken cancellationToken = default)
        {
            Started.Add(instanceId);
            return Task.FromResult(instanceId!);
        }

        public async Task<WorkflowState> WaitAsync(string instanceId, CancellationToken cancellationToken = default)
        {
            await (end is null ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.CompletedTask);
            return end!;
        }

        public Task TerminateAsync(string instanceId, string reason, CancellationToken cancellationToken = default)
        {
            Terminated = instanceId;
            return Task.CompletedTask;
        }

        public Task<WorkflowState?> GetAsync(string instanceId, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task RaiseEventAsync<T>(string instanceId, string eventName, T payload, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<WorkflowState>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
