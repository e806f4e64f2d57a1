using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Understudy.Functions.Durable;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Tests.Durable;

public class DurableWorkflowClientTests
{
    private static readonly WorkflowName<int, string> Story = new("story");
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTaskClient _inner = new();
    private readonly DurableWorkflowClient _client;

    public DurableWorkflowClientTests()
    {
        _client = new(_inner, version: 3);
    }

    [Fact]
    public async Task StartAsync_NoId_TakesTheEnginesOwn()
    {
        Assert.Equal("new-id", await _client.StartAsync(Story, 3));
        Assert.Equal(("story", (object)3), (_inner.Starts[0].Name, _inner.Starts[0].Input));
        Assert.Equal("3.0", _inner.Starts[0].Options!.Version!.Value.Version);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    public async Task StartAsync_SameIdAgain_IsOneInstance(OrchestrationRuntimeStatus status)
    {
        _inner.Instances["a"] = new("story", "a") { RuntimeStatus = status };

        Assert.Equal("a", await _client.StartAsync(Story, 3, "a"));
        Assert.Empty(_inner.Starts);
    }

    [Fact]
    public async Task StartAsync_NewId_ForbidsReuseInEveryState()
    {
        await _client.StartAsync(Story, 3, "a");

        var forbidden = _inner.Starts[0].Options!.DedupeStatuses!;
        Assert.All(Enum.GetValues<OrchestrationRuntimeStatus>().Select(s => s.ToString()).Except(["ContinuedAsNew", "Canceled"]), s => Assert.Contains(s, forbidden));
    }

    [Fact]
    public async Task StartAsync_LosesARace_IsTheWinnersInstance()
    {
        _inner.StartsRace = true;

        Assert.Equal("a", await _client.StartAsync(Story, 3, "a"));
    }

    [Fact]
    public async Task StartAsync_RefusedForAnotherReason_Throws()
    {
        _inner.StartFails = new IOException("no hub");

        await Assert.ThrowsAsync<IOException>(() => _client.StartAsync(Story, 3, "a"));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Pending, WorkflowStatus.Pending)]
    [InlineData(OrchestrationRuntimeStatus.Running, WorkflowStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Suspended, WorkflowStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Completed, WorkflowStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed, WorkflowStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated, WorkflowStatus.Terminated)]
    public async Task GetAsync_EachStatus_IsThePorts(OrchestrationRuntimeStatus theirs, WorkflowStatus ours)
    {
        _inner.Instances["a"] = new("story", "a") { RuntimeStatus = theirs };

        Assert.Equal(ours, (await _client.GetAsync("a"))!.Status);
    }

    [Fact]
    public async Task GetAsync_Completed_ReadsEverything()
    {
        _inner.Instances["a"] = new("story", "a")
        {
            RuntimeStatus = OrchestrationRuntimeStatus.Completed,
            CreatedAt = Noon,
            LastUpdatedAt = Noon.AddHours(1),
            SerializedInput = "3",
            SerializedOutput = "\"the end\"",
            SerializedCustomStatus = "{\"done\":2}",
        };

        var state = (await _client.GetAsync("a"))!;

        Assert.Equal(("a", "story", Noon, Noon.AddHours(1)), (state.InstanceId, state.Name, state.CreatedAt, state.LastUpdatedAt));
        Assert.Equal(3, state.Input!.Value.GetInt32());
        Assert.Equal("the end", state.ReadOutput<string>());
        Assert.Equal(2, state.CustomStatus!.Value.GetProperty("done").GetInt32());
        Assert.Null(state.Failure);
    }

    [Fact]
    public async Task GetAsync_Failed_TellsWhy()
    {
        _inner.Instances["a"] = new("story", "a") { RuntimeStatus = OrchestrationRuntimeStatus.Failed, FailureDetails = new TaskFailureDetails("Ink", "dry", null, null, null) };

        Assert.Equal(new FailureDetails("Ink", "dry"), (await _client.GetAsync("a"))!.Failure);
    }

    [Theory]
    [InlineData("\"enough\"", "enough")]
    [InlineData("stuck", "stuck")]
    [InlineData("42", "42")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public async Task GetAndListAsync_Terminated_GiveTheReasonAndNoOutput(string? output, string reason)
    {
        _inner.Instances["a"] = new("story", "a") { RuntimeStatus = OrchestrationRuntimeStatus.Terminated, SerializedOutput = output };

        foreach (var state in new[] { (await _client.GetAsync("a"))!, Assert.Single(await _client.ListAsync(new())) })
        {
            Assert.Equal(reason, state.Failure!.Message);
            Assert.Null(state.Output);
        }
    }

    [Fact]
    public async Task GetAsync_NoSuchId_IsNull() => Assert.Null(await _client.GetAsync("nobody"));

    [Fact]
    public async Task EveryCommand_NoSuchId_SaysSo()
    {
        await Assert.ThrowsAsync<WorkflowNotFoundException>(() => _client.WaitAsync("nobody"));
        await Assert.ThrowsAsync<WorkflowNotFoundException>(() => _client.RaiseEventAsync("nobody", "vote", 1));
        await Assert.ThrowsAsync<WorkflowNotFoundException>(() => _client.TerminateAsync("nobody", "enough"));
        Assert.False(await _client.PurgeAsync("nobody"));
    }

    [Fact]
    public async Task RaiseEventAndTerminate_PassTheirPayload()
    {
        _inner.Instances["a"] = new("story", "a");

        await _client.RaiseEventAsync("a", "vote", 5);
        await _client.TerminateAsync("a", "enough");

        Assert.Equal([("a", "vote", 5)], _inner.Events);
        Assert.Equal([("a", "enough", true)], _inner.Terminated);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    public async Task RaiseEventAndTerminate_Finished_ChangeNothing(OrchestrationRuntimeStatus status)
    {
        _inner.Instances["a"] = new("story", "a") { RuntimeStatus = status };

        await _client.RaiseEventAsync("a", "vote", 5);
        await _client.TerminateAsync("a", "enough");

        Assert.Equal(status, _inner.Instances["a"].RuntimeStatus);
    }

    [Fact]
    public async Task RaiseEventAndTerminate_RefusedForAnotherReason_Throw()
    {
        _inner.Instances["a"] = new("story", "a");
        _inner.CommandsFail = new IOException("no hub");

        await Assert.ThrowsAsync<IOException>(() => _client.RaiseEventAsync("a", "vote", 5));
        await Assert.ThrowsAsync<IOException>(() => _client.TerminateAsync("a", "enough"));
    }

    [Theory]
    [InlineData(StatusCode.Unavailable)]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.DeadlineExceeded)]
    [InlineData(StatusCode.ResourceExhausted)]
    public async Task EveryCall_EngineAway_SaysSo(StatusCode status)
    {
        _inner.IsAway = new RpcException(new Status(status, "Error connecting to 127.0.0.1.\n   at a place"));

        foreach (var call in new Func<Task>[]
        {
            () => _client.StartAsync(Story, 3),
            () => _client.StartAsync(Story, 3, "a"),
            () => _client.GetAsync("a"),
            () => _client.WaitAsync("a"),
            () => _client.RaiseEventAsync("a", "vote", 5),
            () => _client.TerminateAsync("a", "enough"),
            () => _client.ListAsync(new()),
            () => _client.PurgeAsync("a"),
        })
        {
            var away = await Assert.ThrowsAnyAsync<WorkflowsAwayException>(call);
            Assert.Equal("The durable engine does not answer: Error connecting to 127.0.0.1.", away.Message);
        }
    }

    [Theory]
    [InlineData(StatusCode.Unknown, true)]
    [InlineData(StatusCode.InvalidArgument, false)]
    public async Task StartAndTerminate_RefusedByTheHost_AreAwayOnlyWhereTheEngineIs(StatusCode status, bool isAway)
    {
        _inner.Instances["b"] = new("story", "b");
        _inner.StartFails = _inner.CommandsFail = new RpcException(new Status(status, ""));

        foreach (var call in new Func<Task>[] { () => _client.StartAsync(Story, 3, "a"), () => _client.TerminateAsync("b", "enough") })
        {
            var failure = (await Record.ExceptionAsync(call))!;
            Assert.Equal(isAway, failure is WorkflowsAwayException { Message: "The durable engine does not answer: Unknown" });
            Assert.Equal(!isAway, failure is RpcException);
        }
    }

    [Fact]
    public async Task ListAsync_MoreThanTheLimit_GivesTheNewestFirst()
    {
        foreach (var hour in new[] { 2, 5, 1, 4, 3 })
        {
            _inner.Instances[$"s-{hour}"] = new("story", $"s-{hour}") { CreatedAt = Noon.AddHours(hour) };
        }

        _inner.Instances["s-other"] = new("poem", "s-other") { CreatedAt = Noon.AddHours(9) };
        _inner.Instances["t-1"] = new("story", "t-1") { CreatedAt = Noon.AddHours(9) };

        var found = await _client.ListAsync(new WorkflowQuery(Prefix: "s-", Name: "story", Limit: 3));

        Assert.Equal(["s-5", "s-4", "s-3"], found.Select(s => s.InstanceId));
    }

    [Fact]
    public async Task ListAsync_Running_AsksForEveryStateThatThePortCallsSo()
    {
        await _client.ListAsync(new WorkflowQuery(Status: WorkflowStatus.Running));

        Assert.Equal(["ContinuedAsNew", "Running", "Suspended"], _inner.LastQuery!.Statuses!.Select(s => s.ToString()).Except(["Canceled"]).Order());
    }

    [Fact]
    public async Task PurgeAsync_Unfinished_StaysAndFinished_Goes()
    {
        _inner.Instances["a"] = new("story", "a") { RuntimeStatus = OrchestrationRuntimeStatus.Running };
        _inner.Instances["b"] = new("story", "b") { RuntimeStatus = OrchestrationRuntimeStatus.Completed };

        Assert.False(await _client.PurgeAsync("a"));
        Assert.True(await _client.PurgeAsync("b"));
        Assert.Equal(["a"], _inner.Instances.Keys);
    }
}
