using Understudy.Conformance.Tests.Engine;
using Understudy.Tests;
using Understudy.Workflows.Durable;

namespace Understudy.Conformance.Tests.Suites;

/// <summary>Activities: results, failures, retries, fan-out.</summary>
public abstract class ActivitySuite<TFixture> : EngineSuite<TFixture>
    where TFixture : IEngineFixture, new()
{
    private static readonly RetryPolicy ThreeAttempts = new(3, TimeSpan.FromSeconds(10));

    [Fact]
    public async Task CallActivity_Succeeds_ReturnsItsResult()
    {
        Scripts.DefineActivity("upper", text => text.ToUpperInvariant());

        AssertOutput("AB", await RunAsync(async (context, input) => await Call(context, "upper", input) + await Call(context, "upper", "b"), "a"));
    }

    [Fact]
    public async Task CallActivity_LargePayload_SurvivesUnchanged()
    {
        Scripts.DefineActivity("double", text => text + text);
        var text = string.Concat(Enumerable.Range(0, 50_000).Select(i => (char)(0x20 + (i % 0x4000))));

        AssertOutput(text + text, await RunAsync((context, input) => Call(context, "double", input), text));
    }

    [Fact]
    public async Task CallActivity_FansOut_GathersEveryResultInOrder()
    {
        Scripts.DefineActivity("square", text => (int.Parse(text) * int.Parse(text)).ToString());

        var state = await RunAsync(async (context, _) =>
            string.Join(',', await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Call(context, "square", i.ToString())))));

        AssertOutput(string.Join(',', Enumerable.Range(0, 100).Select(i => i * i)), state);
        Assert.Equal(100, Scripts.Runs["square"]);
    }

    [Fact]
    public async Task CallActivity_Throws_FailsTheStepWithItsDetails()
    {
        Scripts.DefineActivity("broken", _ => throw new ArgumentException("no such label", new FormatException("line 7")));

        var state = await RunAsync(async (context, _) =>
        {
            var e = await Assert.ThrowsAsync<StepFailedException>(() => Call(context, "broken"));
            return $"{e.Step}|{e.Details.ErrorType}|{e.Details.Message}|{e.Details.Inner?.ErrorType}|{e.Details.Inner?.Message}";
        });

        AssertOutput("scripted-activity|System.ArgumentException|no such label|System.FormatException|line 7", state);
    }

    [Fact]
    public async Task CallActivity_ThrowsUncaught_FailsTheWorkflow()
    {
        Scripts.DefineActivity("broken", _ => throw new ArgumentException("no such label"));

        var state = await RunAsync((context, _) => Call(context, "broken"));

        Assert.Equal(WorkflowStatus.Failed, state.Status);
        Assert.Equal(typeof(StepFailedException).FullName, state.Failure!.ErrorType);
        Assert.Equal("System.ArgumentException", state.Failure.Inner!.ErrorType);
        Assert.Equal("no such label", state.Failure.Inner.Message);
        Assert.Null(state.Output);
    }

    [Fact]
    public async Task CallActivity_WithoutPolicy_IsTriedOnce()
    {
        Scripts.DefineActivity("broken", _ => throw new ArgumentException("no"));

        await RunAsync((context, _) => Call(context, "broken"));

        Assert.Equal(1, Scripts.Runs["broken"]);
    }

    [Fact]
    public async Task CallActivity_Retried_WaitsLongerEachTimeAndSucceeds()
    {
        Scripts.DefineActivity("flaky", _ => Scripts.Runs["flaky"] < 3 ? throw new IOException("busy") : "well");
        var id = await StartAsync((context, _) => Call(context, "flaky", retry: ThreeAttempts));

        await SettleAsync();
        Assert.Equal(1, Scripts.Runs["flaky"]);
        await AdvanceAsync(9);
        Assert.Equal(1, Scripts.Runs["flaky"]);
        await AdvanceAsync(2);
        Assert.Equal(2, Scripts.Runs["flaky"]);
        await AdvanceAsync(15);
        Assert.Equal(2, Scripts.Runs["flaky"]);
        await AdvanceAsync(6);

        AssertOutput("well", await FinishAsync(id));
        Assert.Equal(3, Scripts.Runs["flaky"]);
    }

    [Fact]
    public async Task CallActivity_RetriesUsedUp_FailsWithTheLastFailure()
    {
        Scripts.DefineActivity("broken", _ => throw new IOException("attempt " + Scripts.Runs["broken"]));
        var id = await StartAsync(async (context, _) =>
            (await Assert.ThrowsAsync<StepFailedException>(() => Call(context, "broken", retry: ThreeAttempts))).Details.Message);

        await AdvanceAsync(10);
        await AdvanceAsync(20);

        AssertOutput("attempt 3", await FinishAsync(id));
        Assert.Equal(3, Scripts.Runs["broken"]);
    }

    [Fact]
    public async Task CallActivity_RestartDuringBackoff_TriesAgainWhenDue()
    {
        Scripts.DefineActivity("flaky", _ => Scripts.Runs["flaky"] < 2 ? throw new IOException("busy") : "well");
        var id = await StartAsync((context, _) => Call(context, "flaky", retry: ThreeAttempts));
        await SettleAsync();

        await Engine.RestartAsync();
        await AdvanceAsync(9);
        Assert.Equal(1, Scripts.Runs["flaky"]);
        await AdvanceAsync(2);

        AssertOutput("well", await FinishAsync(id));
    }

    [Fact]
    public async Task CallActivity_FirstOfTwo_GoesOnWithTheOtherStillRunning()
    {
        var gate = new TaskCompletionSource<string>();
        Scripts.DefineActivity("slow", (_, _) => gate.Task);
        Scripts.DefineActivity("fast", text => text);
        var id = await StartAsync(async (context, _) =>
        {
            var slow = Call(context, "slow");
            var first = await await Task.WhenAny(slow, Call(context, "fast", "fast"));
            context.SetStatus(first);
            return first + await slow;
        });

        var state = await UntilAsync(id, s => s.CustomStatus is not null, "the workflow has a status");
        gate.SetResult("slow");

        Assert.Equal("fast", state.ReadStatus<string>());
        AssertOutput("fastslow", await FinishAsync(id));
    }

    private async Task<WorkflowState> UntilAsync(string id, Func<WorkflowState, bool> condition, string what) =>
        (await Eventually.UntilAsync(() => Client.GetAsync(id), state => state is not null && condition(state), what))!;
}
