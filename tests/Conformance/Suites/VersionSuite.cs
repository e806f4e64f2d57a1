using Understudy.Conformance.Tests.Engine;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Suites;

/// <summary>Versions: a run, and what it starts, keep the one of the program that started it.</summary>
public abstract class VersionSuite<TFixture> : EngineSuite<TFixture>
    where TFixture : IEngineFixture, new()
{
    [Fact]
    public async Task Version_ProgramIsUpgradedMeanwhile_StaysTheRunsOwn()
    {
        var id = await StartAsync(async (context, _) => await context.WaitForEventAsync<string>("go") + context.Version);
        await SettleAsync();

        Scripts.Version = 2;
        await Engine.RestartAsync();
        await Client.RaiseEventAsync(id, "go", "on ");

        AssertOutput("on 1", await FinishAsync(id));
        AssertOutput("2", await RunAsync((context, _) => Task.FromResult(context.Version.ToString())));
    }

    [Fact]
    public async Task Version_OfASubWorkflowStartedAfterAnUpgrade_IsItsParents()
    {
        Scripts.DefineWorkflow("child", (context, _) => Task.FromResult(context.Version.ToString()));
        var id = await StartAsync(async (context, _) =>
        {
            await context.WaitForEventAsync<string>("go");
            return await CallWorkflow(context, "child");
        });
        await SettleAsync();

        Scripts.Version = 2;
        await Engine.RestartAsync();
        await Client.RaiseEventAsync(id, "go", "");

        AssertOutput("1", await FinishAsync(id));
    }

    [Fact]
    public async Task Version_OfTheRunThatContinuesAsNew_StaysTheSame()
    {
        var id = await StartAsync(async (context, argument) =>
        {
            if (argument.Length > 0)
            {
                return argument + context.Version;
            }

            await context.WaitForEventAsync<string>("go");
            context.ContinueAsNew(new Script("script-1", "again "));
            return "";
        });
        await SettleAsync();

        Scripts.Version = 2;
        await Engine.RestartAsync();
        await Client.RaiseEventAsync(id, "go", "");

        AssertOutput("again 1", await FinishAsync(id));
    }

    [Fact]
    public async Task Version_NewerThanTheProgram_WaitsForTheProgramThatHasIt()
    {
        Scripts.Version = 2;
        await Engine.RestartAsync();
        var id = await StartAsync(async (context, _) =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddSeconds(10));
            return await Call(context, "note");
        });
        Scripts.DefineActivity("note", _ => "done");
        await SettleAsync();

        Scripts.Version = 1;
        await Engine.RestartAsync();
        await AdvanceAsync(20);
        Assert.Equal(WorkflowStatus.Running, (await Client.GetAsync(id))!.Status);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Client.RaiseEventAsync(id, "go", ""));

        Scripts.Version = 2;
        await Engine.RestartAsync();

        AssertOutput("done", await FinishAsync(id));
    }
}
