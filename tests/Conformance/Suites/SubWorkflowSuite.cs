using Understudy.Conformance.Tests.Engine;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Suites;

/// <summary>Workflows that call workflows.</summary>
public abstract class SubWorkflowSuite<TFixture> : EngineSuite<TFixture>
    where TFixture : IEngineFixture, new()
{
    [Fact]
    public async Task CallWorkflow_Completes_ReturnsItsResult()
    {
        Scripts.DefineActivity("upper", text => text.ToUpperInvariant());
        Scripts.DefineWorkflow("child", (context, input) => Call(context, "upper", input));

        AssertOutput("AB", await RunAsync(async (context, _) =>
            string.Concat(await Task.WhenAll(CallWorkflow(context, "child", "a"), CallWorkflow(context, "child", "b")))));
    }

    [Fact]
    public async Task CallWorkflow_UnderAGivenId_RunsUnderIt()
    {
        Scripts.DefineWorkflow("child", (context, _) => Task.FromResult(context.InstanceId));

        AssertOutput("the-child", await RunAsync((context, _) => CallWorkflow(context, "child", id: "the-child")));
        Assert.Equal(WorkflowStatus.Completed, (await Client.GetAsync("the-child"))!.Status);
    }

    [Fact]
    public async Task CallWorkflow_Fails_FailsTheStep()
    {
        Scripts.DefineWorkflow("child", (_, _) => throw new ArgumentException("no such label"));

        AssertOutput("scripted-workflow: no such label", await RunAsync(async (context, _) =>
        {
            var e = await Assert.ThrowsAsync<StepFailedException>(() => CallWorkflow(context, "child"));
            return $"{e.Step}: {e.Details.Message}";
        }));
    }

    [Fact]
    public async Task CallWorkflow_Terminated_FailsTheStep()
    {
        Scripts.DefineWorkflow("child", (context, _) => context.WaitForEventAsync<string>("never"));
        var id = await StartAsync(async (context, _) =>
        {
            await Assert.ThrowsAsync<StepFailedException>(() => CallWorkflow(context, "child", id: "the-child"));
            return "saw it";
        });
        await SettleAsync();

        await Client.TerminateAsync("the-child", "enough");

        AssertOutput("saw it", await FinishAsync(id));
    }

    [Fact]
    public async Task Terminate_ParentThatWaits_EndsItsSubWorkflowsToo()
    {
        Assert.SkipUnless(Engine.EndsSubWorkflows, "This engine ends the parent alone.");
        Scripts.DefineActivity("after", _ => "");
        Scripts.DefineWorkflow("grandchild", async (context, _) =>
        {
            await context.WaitForEventAsync<string>("go");
            return await Call(context, "after");
        });
        Scripts.DefineWorkflow("child", (context, _) => CallWorkflow(context, "grandchild", id: "the-grandchild"));
        Scripts.DefineWorkflow("sibling", (_, _) => Task.FromResult("done"));
        var id = await StartAsync(async (context, _) =>
        {
            await CallWorkflow(context, "sibling", id: "the-sibling");
            return await CallWorkflow(context, "child", id: "the-child");
        });
        await SettleAsync();

        await Client.TerminateAsync(id, "enough");
        var grandchild = await FinishAsync("the-grandchild");
        await Client.RaiseEventAsync("the-grandchild", "go", "");
        await SettleAsync();

        Assert.Equal(WorkflowStatus.Terminated, (await FinishAsync(id)).Status);
        Assert.Equal(WorkflowStatus.Terminated, (await FinishAsync("the-child")).Status);
        Assert.Equal(WorkflowStatus.Terminated, grandchild.Status);
        Assert.Equal("enough", grandchild.Failure!.Message);
        Assert.Equal(WorkflowStatus.Completed, (await FinishAsync("the-sibling")).Status);
        Assert.False(Scripts.Runs.ContainsKey("after"));
    }

    [Fact]
    public async Task CallWorkflow_Retried_RunsAnewUntilItSucceeds()
    {
        Scripts.DefineActivity("count", _ => Scripts.Runs["count"].ToString());
        Scripts.DefineWorkflow("child", async (context, _) =>
            await Call(context, "count") is "3" and var count ? count : throw new IOException("busy"));
        var id = await StartAsync((context, _) => CallWorkflow(context, "child", retry: new(3, TimeSpan.FromSeconds(10))));

        await AdvanceAsync(10);
        await AdvanceAsync(20);

        AssertOutput("3", await FinishAsync(id));
    }

    [Fact]
    public async Task CallWorkflow_RestartWhileItRuns_StillReturns()
    {
        Scripts.DefineWorkflow("child", (context, _) => context.WaitForEventAsync<string>("go"));
        var id = await StartAsync((context, _) => CallWorkflow(context, "child", id: "the-child"));
        await SettleAsync();

        await Engine.RestartAsync();
        await Client.RaiseEventAsync("the-child", "go", "done");

        AssertOutput("done", await FinishAsync(id));
    }
}
