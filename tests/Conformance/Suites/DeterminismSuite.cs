using Understudy.Conformance.Tests.Engine;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Suites;

/// <summary>What replay keeps the same, and what happens to code that is not deterministic.</summary>
public abstract class DeterminismSuite<TFixture> : EngineSuite<TFixture>
    where TFixture : IEngineFixture, new()
{
    [Fact]
    public async Task GuidsAndTime_AfterReplay_AreTheSame()
    {
        var seen = new List<string>();
        var id = await StartAsync(async (context, _) =>
        {
            var mark = $"{context.NewGuid()} {context.NewGuid()} {context.CurrentUtcDateTime:O}";
            lock (seen)
            {
                seen.Add(mark);
            }

            await context.WaitForEventAsync<string>("go");
            return mark;
        });
        await AdvanceAsync(5);

        await Engine.RestartAsync();
        await Client.RaiseEventAsync(id, "go", "");
        var state = await FinishAsync(id);

        Assert.True(seen.Count >= 2, "The engine was restarted, so the code ran more than once.");
        Assert.Single(seen.Distinct());
        Assert.Equal(seen[0], state.ReadOutput<string>());
        Assert.Equal(2, seen[0].Split(' ')[..2].Distinct().Count());
    }

    [Fact]
    public async Task IsReplaying_TellsOldFromNew()
    {
        var seen = new List<string>();
        var id = await StartAsync(async (context, _) =>
        {
            Note("start", context);
            await context.WaitForEventAsync<string>("go");
            Note("end", context);
            return "";
        });
        await SettleAsync();
        await Engine.RestartAsync();

        await Client.RaiseEventAsync(id, "go", "");
        await FinishAsync(id);

        Assert.Equal(["start False", "start True", "end False"], seen.Distinct());

        void Note(string where, WorkflowContext context)
        {
            lock (seen)
            {
                seen.Add($"{where} {context.IsReplaying}");
            }
        }
    }

    [Theory]
    [InlineData("another activity")]
    [InlineData("an activity instead of a timer")]
    [InlineData("one step less")]
    [InlineData("one step more")]
    [InlineData("another event")]
    public async Task Replay_CodeChanged_FailsNamingWhatDiffers(string change)
    {
        Scripts.DefineActivity("a", _ => "a");
        Scripts.DefineWorkflow("versioned", async (context, input) =>
        {
            await Call(context, "a");
            _ = context.CreateTimer(context.CurrentUtcDateTime.AddDays(1));
            return await context.WaitForEventAsync<string>("go");
        });
        await Client.StartAsync(ScriptBook.Workflow, new("versioned"), "old-one");
        await SettleAsync();
        Scripts.DefineWorkflow("versioned", async (context, input) =>
        {
            await (change is "another activity" ? context.CallActivityAsync(ScriptBook.OtherActivity, new("a")) : Call(context, "a"));
            if (change is "an activity instead of a timer")
            {
                _ = Call(context, "a");
            }
            else if (change is not "one step less")
            {
                _ = context.CreateTimer(context.CurrentUtcDateTime.AddDays(1));
            }

            if (change is "one step more")
            {
                _ = Call(context, "a");
            }

            return await context.WaitForEventAsync<string>(change is "another event" ? "stop" : "go");
        });

        await Engine.RestartAsync();
        await Client.RaiseEventAsync("old-one", "go", "");
        var state = await FinishAsync("old-one");

        Assert.Equal(WorkflowStatus.Failed, state.Status);
        AssertNonDeterminism(state.Failure!, ScriptBook.Workflow.Value, "old-one");
    }

    [Fact]
    public async Task Await_OfATaskOfSomeoneElse_FailsInsteadOfHanging()
    {
        var never = new TaskCompletionSource<string>();

        var state = await RunAsync((_, _) => never.Task);

        Assert.Equal(WorkflowStatus.Failed, state.Status);
    }

    [Fact]
    public async Task Await_OfATaskOfSomeoneElseBesideAStep_FailsWhenItCompletes()
    {
        var foreign = new TaskCompletionSource<string>();
        var id = await StartAsync(async (context, input) =>
        {
            _ = context.WaitForEventAsync<string>("never");
            return await foreign.Task;
        });
        await SettleAsync();

        foreign.SetResult("from outside");

        Assert.Equal(WorkflowStatus.Failed, (await FinishAsync(id)).Status);
    }

    /// <summary>The failure names the workflow, the instance, and what to do; engines whose message says less override this.</summary>
    protected virtual void AssertNonDeterminism(FailureDetails failure, string workflow, string instance)
    {
        Assert.Contains($"'{workflow}'", failure.Message);
        Assert.Contains($"'{instance}'", failure.Message);
        Assert.Matches("history index [0-9]+, history says: .+; the code now: .+", failure.Message);
        Assert.Contains("new workflow name", failure.Message);
    }
}
