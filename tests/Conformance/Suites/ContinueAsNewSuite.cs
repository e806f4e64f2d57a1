using Understudy.Conformance.Tests.Engine;

namespace Understudy.Conformance.Tests.Suites;

/// <summary>Starting over with a new input and an empty history.</summary>
public abstract class ContinueAsNewSuite<TFixture> : EngineSuite<TFixture>
    where TFixture : IEngineFixture, new()
{
    [Fact]
    public async Task ContinueAsNew_CountsDown_EndsInTheLastRun()
    {
        Scripts.DefineActivity("decrement", text => (int.Parse(text) - 1).ToString());
        Scripts.DefineWorkflow("countdown", async (context, input) =>
        {
            var left = await Call(context, "decrement", input);
            if (left is not "0")
            {
                context.ContinueAsNew(new Script("countdown", left));
            }

            return "landed";
        });

        await Client.StartAsync(ScriptBook.Workflow, new("countdown", "5"), "rocket");

        AssertOutput("landed", await FinishAsync("rocket"));
        Assert.Equal(5, Scripts.Runs["decrement"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ContinueAsNew_UnconsumedEvents_AreKeptInOrder(bool afterATimedWait)
    {
        Scripts.DefineWorkflow("collector", async (context, collected) =>
        {
            var all = collected + await context.WaitForEventAsync<string>("item");
            if (all.Length < 3)
            {
                context.ContinueAsNew(new Script("collector", all));
            }

            return all;
        });
        Scripts.DefineWorkflow("gate", async (context, _) =>
        {
            if (afterATimedWait)
            {
                await Assert.ThrowsAsync<TimeoutException>(() => context.WaitForEventAsync<string>("item", TimeSpan.FromSeconds(10)));
            }

            await context.WaitForEventAsync<string>("open");
            context.ContinueAsNew(new Script("collector"));
            return "";
        });
        await Client.StartAsync(ScriptBook.Workflow, new("gate"), "one");
        await AdvanceAsync(10);
        await Client.RaiseEventAsync("one", "item", "a");
        await Client.RaiseEventAsync("one", "item", "b");
        await Client.RaiseEventAsync("one", "item", "c");

        await Client.RaiseEventAsync("one", "open", "");

        AssertOutput("abc", await FinishAsync("one"));
    }

    [Fact]
    public async Task ContinueAsNew_StepsOfTheOldRun_DoNotReachTheNewOne()
    {
        var gate = new TaskCompletionSource<string>();
        Scripts.DefineActivity("slow", (_, _) => gate.Task);
        Scripts.DefineWorkflow("runs", async (context, run) =>
        {
            if (run is "1")
            {
                _ = Call(context, "slow");
                await context.WaitForEventAsync<string>("next");
                context.ContinueAsNew(new Script("runs", "2"));
                return "";
            }

            return await context.WaitForEventAsync<string>("end");
        });
        await Client.StartAsync(ScriptBook.Workflow, new("runs", "1"), "one");
        await Client.RaiseEventAsync("one", "next", "");
        gate.SetResult("stale");
        await SettleAsync();

        await Client.RaiseEventAsync("one", "end", "fresh");

        AssertOutput("fresh", await FinishAsync("one"));
    }

    [Fact]
    public async Task ContinueAsNew_NewRun_DrawsNewGuids()
    {
        Scripts.DefineWorkflow("guids", (context, first) =>
        {
            var guid = context.NewGuid().ToString();
            if (first.Length == 0)
            {
                context.ContinueAsNew(new Script("guids", guid));
            }

            return Task.FromResult((guid != first).ToString());
        });

        await Client.StartAsync(ScriptBook.Workflow, new("guids"), "one");

        AssertOutput("True", await FinishAsync("one"));
    }
}
