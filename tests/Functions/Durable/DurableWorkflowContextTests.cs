using Microsoft.DurableTask;
using Understudy.Functions.Durable;
using Understudy.Workflows.Durable;
using RetryPolicy = Understudy.Workflows.Durable.RetryPolicy;

namespace Understudy.Functions.Tests.Durable;

public class DurableWorkflowContextTests
{
    private static readonly ActivityName<int, string> Spell = new("spell");
    private static readonly WorkflowName<int, string> Chapter = new("chapter");

    private readonly FakeOrchestrationContext _inner = new();
    private readonly DurableWorkflowContext _context;

    public DurableWorkflowContextTests()
    {
        _context = new(_inner);
    }

    [Fact]
    public async Task CallWorkflowAsync_SubWorkflow_HasItsParentsVersion()
    {
        var inner = new FakeOrchestrationContext { OwnVersion = "7.0" };
        inner.Steps["child"] = _ => 1;
        var context = new DurableWorkflowContext(inner);

        await context.CallWorkflowAsync(new WorkflowName<int, int>("child"), 1);

        Assert.Equal(7, context.Version);
        Assert.Equal("7.0", Assert.IsType<SubOrchestrationOptions>(Assert.Single(inner.Calls).Options).Version!.Value.Version);
    }

    [Fact]
    public void Identity_IsTheOrchestrations()
    {
        Assert.Equal("story-1", _context.InstanceId);
        Assert.True(_context.IsReplaying);
        Assert.Equal(_inner.NewGuid(), _context.NewGuid());
        Assert.Equal(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), _context.CurrentUtcDateTime);
    }

    [Fact]
    public void Logger_IsReplaySafeAndNamedAfterTheWorkflow()
    {
        Assert.NotNull(_context.Logger);
        Assert.Equal("Understudy.Workflows.story", _inner.LoggerCategory);
    }

    [Fact]
    public async Task CallActivityAsync_WithoutRetry_PassesInputAndResult()
    {
        _inner.Steps["spell"] = input => $"n{input}";

        Assert.Equal("n7", await _context.CallActivityAsync(Spell, 7));

        var (name, input, options) = Assert.Single(_inner.Calls);
        Assert.Equal(("spell", (object)7), (name, input));
        Assert.Null(options!.Retry);
    }

    [Fact]
    public async Task CallActivityAsync_WithRetry_MapsThePolicy()
    {
        _inner.Steps["spell"] = _ => "";

        await _context.CallActivityAsync(Spell, 1, new RetryPolicy(4, TimeSpan.FromSeconds(2), 3, TimeSpan.FromSeconds(10)));

        var policy = _inner.Calls[0].Options!.Retry!.Policy!;
        Assert.Equal((4, TimeSpan.FromSeconds(2), 3.0, TimeSpan.FromSeconds(10)), (policy.MaxNumberOfAttempts, policy.FirstRetryInterval, policy.BackoffCoefficient, policy.MaxRetryInterval));
    }

    [Fact]
    public async Task CallActivityAsync_Fails_BecomesStepFailedWithItsDetails()
    {
        var cause = new TaskFailureDetails("Disk", "full", null, null, null);
        _inner.Steps["spell"] = _ => throw new TaskFailedException("spell", 1, new("Ink", "dry", "at spell", cause, null));

        var failure = await Assert.ThrowsAsync<StepFailedException>(() => _context.CallActivityAsync(Spell, 1));

        Assert.Equal("spell", failure.Step);
        Assert.Equal(new FailureDetails("Ink", "dry", "at spell", new("Disk", "full")), failure.Details);
    }

    [Fact]
    public async Task CallWorkflowAsync_GivenAnId_StartsUnderIt()
    {
        _inner.Steps["chapter"] = _ => "done";

        Assert.Equal("done", await _context.CallWorkflowAsync(Chapter, 2, "chapter-2", new RetryPolicy(2, TimeSpan.FromSeconds(1))));

        var options = Assert.IsType<SubOrchestrationOptions>(_inner.Calls[0].Options);
        Assert.Equal("chapter-2", options.InstanceId);
        Assert.Equal(2, options.Retry!.Policy!.MaxNumberOfAttempts);
    }

    [Fact]
    public async Task CallWorkflowAsync_Fails_BecomesStepFailed()
    {
        _inner.Steps["chapter"] = _ => throw new TaskFailedException("chapter", 1, new TaskFailureDetails("Ink", "dry", null, null, null));

        var failure = await Assert.ThrowsAsync<StepFailedException>(() => _context.CallWorkflowAsync(Chapter, 2));

        Assert.Equal(("chapter", "dry"), (failure.Step, failure.Details.Message));
    }

    [Fact]
    public void CreateTimer_InAnyOffset_FiresAtThatInstantInUtc()
    {
        _ = _context.CreateTimer(new DateTimeOffset(2026, 1, 2, 5, 0, 0, TimeSpan.FromHours(2)));

        Assert.Equal(new DateTime(2026, 1, 2, 3, 0, 0, DateTimeKind.Utc), _inner.Timers[0].FireAt);
        Assert.Equal(DateTimeKind.Utc, _inner.Timers[0].FireAt.Kind);
    }

    [Fact]
    public async Task WaitForEventAsync_NoTimeout_SetsNoTimer()
    {
        var wait = _context.WaitForEventAsync<int>("vote");
        _inner.Raise("vote", 5);

        Assert.Equal(5, await wait);
        Assert.Empty(_inner.Timers);
    }

    [Fact]
    public async Task WaitForEventAsync_EventFirst_CancelsTheTimer()
    {
        var wait = _context.WaitForEventAsync<int>("vote", TimeSpan.FromMinutes(1));
        _inner.Raise("vote", 5);

        Assert.Equal(5, await wait);
        Assert.Equal(_inner.CurrentUtcDateTime.AddMinutes(1), _inner.Timers[0].FireAt);
        Assert.True(_inner.Timers[0].Done.Task.IsCanceled);
    }

    [Fact]
    public async Task WaitForEventAsync_AnEventBetweenTwoTimedWaits_IsTheSeconds()
    {
        await TimeOutAsync<int>("vote");
        _inner.Raise("vote", 5);

        Assert.Equal(5, await ComesAsync(_context.WaitForEventAsync<int>("vote", TimeSpan.FromMinutes(1))));
    }

    [Fact]
    public async Task WaitForEventAsync_AnEventAfterSeveralTimedWaits_IsTheLasts()
    {
        await TimeOutAsync<int>("vote");
        await TimeOutAsync<int>("vote");
        var last = _context.WaitForEventAsync<int>("vote");
        _inner.Raise("vote", 1);
        _inner.Raise("vote", 2);

        Assert.Equal((1, 2), (await ComesAsync(last), await ComesAsync(_context.WaitForEventAsync<int>("vote"))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WaitForEventAsync_TheWaitBeforeWasForAnotherType_IsServed(bool isRaisedBetween)
    {
        await TimeOutAsync<int>("vote");
        if (isRaisedBetween)
        {
            _inner.Raise("vote", "yes");
        }

        var wait = _context.WaitForEventAsync<string>("vote");
        if (!isRaisedBetween)
        {
            _inner.Raise("vote", "yes");
        }

        Assert.Equal("yes", await ComesAsync(wait));
    }

    [Fact]
    public async Task WaitForEventAsync_NoPayload_IsNull()
    {
        var wait = _context.WaitForEventAsync<string?>("vote");
        _inner.Raise("vote", null);

        Assert.Null(await wait);
    }

    [Fact]
    public async Task WaitForEventAsync_TwoWaitsForOneName_AreServedInTheirOrder()
    {
        var first = _context.WaitForEventAsync<int>("vote");
        var second = _context.WaitForEventAsync<int>("vote");
        _inner.Raise("vote", 1);
        _inner.Raise("vote", 2);

        Assert.Equal((1, 2), (await ComesAsync(first), await ComesAsync(second)));
    }

    [Fact]
    public async Task WaitForEventAsync_TheWaitBeforeTimesOut_TheNextIsServed()
    {
        var first = _context.WaitForEventAsync<int>("vote", TimeSpan.FromMinutes(1));
        var second = _context.WaitForEventAsync<int>("vote");
        _inner.Timers[0].Done.SetResult();
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        _inner.Raise("vote", 2);

        Assert.Equal(2, await ComesAsync(second));
    }

    [Fact]
    public async Task WaitForEventAsync_AWaitBehindAnotherTimesOut_TakesNoEvent()
    {
        var first = _context.WaitForEventAsync<int>("vote");
        var second = _context.WaitForEventAsync<int>("vote", TimeSpan.FromMinutes(1));
        _inner.Timers[0].Done.SetResult();
        await Assert.ThrowsAsync<TimeoutException>(() => second);
        _inner.Raise("vote", 1);
        _inner.Raise("vote", 2);

        Assert.Equal((1, 2), (await ComesAsync(first), await ComesAsync(_context.WaitForEventAsync<int>("vote"))));
    }

    [Fact]
    public async Task CallWorkflowAsync_TheSubWorkflowWasTerminated_FailsTheStep()
    {
        _inner.Steps["chapter"] = _ => throw new TaskFailedException("chapter", 1, null!); // as Durable Functions has it

        var failure = await Assert.ThrowsAsync<StepFailedException>(() => _context.CallWorkflowAsync(Chapter, 7));

        Assert.Equal(("chapter", "Terminated"), (failure.Step, failure.Details.ErrorType));
    }

    [Fact]
    public async Task CallWorkflowAsync_AStepOfTheSubWorkflowFailed_SaysOfWhat()
    {
        var step = new StepFailedException("verse", new(typeof(StepFailedException).FullName!, new StepFailedException("line", new("System.IO.IOException", "busy: 'a'")).Message));
        _inner.Steps["chapter"] = _ => throw new TaskFailedException("chapter", 1, new(typeof(StepFailedException).FullName!, step.Message, null, null, null));

        var failure = await Assert.ThrowsAsync<StepFailedException>(() => _context.CallWorkflowAsync(Chapter, 7));

        var verse = failure.Details.Inner!;
        Assert.Equal(typeof(StepFailedException).FullName, verse.ErrorType);
        Assert.Equal(("System.IO.IOException", "busy: 'a'"), (verse.Inner!.ErrorType, verse.Inner.Message));
    }

    [Fact]
    public void SetStatus_IsTheCustomStatus()
    {
        _context.SetStatus(new[] { 1, 2 });

        Assert.Equal(new[] { 1, 2 }, _inner.Status);
    }

    [Fact]
    public void ContinueAsNew_KeepsEventsNotYetConsumed()
    {
        _context.ContinueAsNew(9);

        Assert.Equal((9, true), _inner.Continued);
        Assert.Empty(_inner.Sent);
    }

    [Fact]
    public async Task ContinueAsNew_AnEventCameAfterATimedWait_IsSentOn()
    {
        await TimeOutAsync<int>("vote");
        await TimeOutAsync<int>("word");
        _inner.Raise("vote", 5);

        _context.ContinueAsNew(9);

        Assert.Equal([("vote", "5")], _inner.Sent);
        Assert.Equal((9, true), _inner.Continued);
    }

    private static Task<T> ComesAsync<T>(Task<T> wait) => wait.WaitAsync(TimeSpan.FromSeconds(10));

    private async Task TimeOutAsync<T>(string name)
    {
        var wait = _context.WaitForEventAsync<T>(name, TimeSpan.FromMinutes(1));
        _inner.Timers[^1].Done.SetResult();
        await Assert.ThrowsAsync<TimeoutException>(() => wait);
    }
}
