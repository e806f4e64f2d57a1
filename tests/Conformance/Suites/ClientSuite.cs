using Understudy.Conformance.Tests.Engine;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Suites;

/// <summary>What clients may rely on.</summary>
public abstract class ClientSuite<TFixture> : EngineSuite<TFixture>
    where TFixture : IEngineFixture, new()
{
    [Fact]
    public async Task Start_Twice_IsOneInstance()
    {
        Scripts.DefineActivity("count", _ => Scripts.Runs["count"].ToString());
        await StartAsync((context, _) => Call(context, "count"), id: "same");
        await FinishAsync("same");

        Assert.Equal("same", await StartAsync((context, _) => Call(context, "count"), id: "same"));
        await SettleAsync();

        Assert.Equal(1, Scripts.Runs["count"]);
    }

    [Fact]
    public async Task Start_AtOnceFromManySides_IsOneInstance()
    {
        Scripts.DefineActivity("count", _ => Scripts.Runs["count"].ToString());
        Scripts.DefineWorkflow("counting", (context, _) => Call(context, "count"));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Client.StartAsync(ScriptBook.Workflow, new("counting"), "same"))));

        AssertOutput("1", await FinishAsync("same"));
        Assert.Single(await Client.ListAsync(new()));
    }

    [Fact]
    public async Task Start_WithoutId_MakesOne()
    {
        var first = await StartAsync((_, _) => Task.FromResult(""));
        var second = await StartAsync((_, _) => Task.FromResult(""));

        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task Get_NoSuchInstance_IsNull() => Assert.Null(await Client.GetAsync("nobody"));

    [Fact]
    public async Task Get_Finished_HasInputOutputAndTimes()
    {
        var id = await StartAsync((_, input) => Task.FromResult(input + "!"), "in");
        await FinishAsync(id);

        var state = (await Client.GetAsync(id))!;

        Assert.Equal(id, state.InstanceId);
        Assert.Equal(ScriptBook.Workflow.Value, state.Name);
        Assert.Equal("in", state.Input!.Value.GetProperty("argument").GetString());
        Assert.Equal("in!", state.ReadOutput<string>());
        Assert.True(state.IsFinished);
        Assert.True(state.CreatedAt <= state.LastUpdatedAt);
    }

    [Fact]
    public async Task Wait_NoSuchInstance_Throws() =>
        await Assert.ThrowsAsync<WorkflowNotFoundException>(() => Client.WaitAsync("nobody"));

    [Fact]
    public async Task Wait_Cancelled_StopsWaiting()
    {
        var id = await StartAsync((context, _) => context.WaitForEventAsync<string>("never"));
        using var cancel = new CancellationTokenSource();

        var wait = Client.WaitAsync(id, cancel.Token);
        cancel.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task SetStatus_WhileRunning_IsSeen()
    {
        var id = await StartAsync(async (context, _) =>
        {
            context.SetStatus(new Script("half", "done"));
            return await context.WaitForEventAsync<string>("go");
        });
        await SettleAsync();

        Assert.Equal(new Script("half", "done"), (await Client.GetAsync(id))!.ReadStatus<Script>());
    }

    [Fact]
    public async Task Terminate_Running_EndsItThere()
    {
        Scripts.DefineActivity("after", _ => "");
        var id = await StartAsync(async (context, _) =>
        {
            await context.WaitForEventAsync<string>("go");
            return await Call(context, "after");
        });
        await SettleAsync();

        await Client.TerminateAsync(id, "changed our mind");
        var state = await FinishAsync(id);
        await Client.RaiseEventAsync(id, "go", "");
        await SettleAsync();

        Assert.Equal(WorkflowStatus.Terminated, state.Status);
        Assert.Equal("changed our mind", state.Failure!.Message);
        Assert.False(Scripts.Runs.ContainsKey("after"));
    }

    [Fact]
    public async Task Terminate_RightAfterEvents_StaysTerminated()
    {
        var id = await StartAsync(async (context, _) =>
        {
            for (var i = 0; ; i++)
            {
                context.SetStatus(i);
                await context.WaitForEventAsync<string>("go");
            }
        });
        await SettleAsync();

        // Many at once, so that the last events and the end are dealt with in one go.
        var events = Enumerable.Range(0, 200).Select(_ => Client.RaiseEventAsync(id, "go", "")).ToList();
        await Client.TerminateAsync(id, "enough");
        await Task.WhenAll(events);
        await SettleAsync();

        Assert.Equal(WorkflowStatus.Terminated, (await Client.GetAsync(id))!.Status);
    }

    [Fact]
    public async Task Terminate_ActivityRunning_DropsItsResult()
    {
        var gate = new TaskCompletionSource<string>();
        Scripts.DefineActivity("slow", (_, _) => gate.Task);
        var id = await StartAsync((context, _) => Call(context, "slow"));

        await Client.TerminateAsync(id, "enough");
        gate.SetResult("late");
        await SettleAsync();

        Assert.Equal(WorkflowStatus.Terminated, (await Client.GetAsync(id))!.Status);
    }

    [Fact]
    public async Task Terminate_Finished_ChangesNothing()
    {
        var id = await StartAsync((_, _) => Task.FromResult("done"));
        await FinishAsync(id);

        await Client.TerminateAsync(id, "too late");

        AssertOutput("done", (await Client.GetAsync(id))!);
    }

    [Fact]
    public async Task Terminate_NoSuchInstance_Throws() =>
        await Assert.ThrowsAsync<WorkflowNotFoundException>(() => Client.TerminateAsync("nobody", ""));

    [Fact]
    public async Task List_ByPrefixNameAndStatus_NewestFirst()
    {
        await StartAsync((_, _) => Task.FromResult(""), id: "a-1");
        await StartAsync((_, _) => Task.FromResult(""), id: "a-2");
        await StartAsync((context, _) => context.WaitForEventAsync<string>("never"), id: "a-3");
        await StartAsync((_, _) => Task.FromResult(""), id: "b-1");
        await SettleAsync();

        Assert.Equal(["a-3", "a-2", "a-1"], Ids(await Client.ListAsync(new(Prefix: "a-"))));
        Assert.Equal(["b-1", "a-2", "a-1"], Ids(await Client.ListAsync(new(Status: WorkflowStatus.Completed))));
        Assert.Equal(["a-3"], Ids(await Client.ListAsync(new(Name: ScriptBook.Workflow.Value, Status: WorkflowStatus.Running))));
        Assert.Equal(["b-1", "a-3"], Ids(await Client.ListAsync(new(Limit: 2))));
        Assert.Empty(await Client.ListAsync(new(Name: "no-such-workflow")));

        static IEnumerable<string> Ids(IEnumerable<WorkflowState> states) => states.Select(state => state.InstanceId);
    }

    [Fact]
    public async Task Purge_Finished_ForgetsIt()
    {
        var id = await StartAsync((_, _) => Task.FromResult(""));
        await FinishAsync(id);

        Assert.True(await Client.PurgeAsync(id));

        Assert.Null(await Client.GetAsync(id));
        Assert.False(await Client.PurgeAsync(id));
    }

    [Fact]
    public async Task Purge_Running_LeavesIt()
    {
        var id = await StartAsync((context, _) => context.WaitForEventAsync<string>("never"));
        await SettleAsync();

        Assert.False(await Client.PurgeAsync(id));

        Assert.Equal(WorkflowStatus.Running, (await Client.GetAsync(id))!.Status);
    }

    [Fact]
    public async Task Start_AfterPurge_RunsAnew()
    {
        Scripts.DefineActivity("count", _ => Scripts.Runs["count"].ToString());
        Scripts.DefineWorkflow("child", (context, _) => Call(context, "count"));
        await StartAsync((context, _) => CallWorkflow(context, "child"), id: "same");
        AssertOutput("1", await FinishAsync("same"));
        await Client.PurgeAsync("same");

        await StartAsync((context, _) => CallWorkflow(context, "child"), id: "same");

        AssertOutput("2", await FinishAsync("same"));
    }
}
