using Understudy.Workflows.Leads;

namespace Understudy.Workflows.Tests.Leads;

/// <summary>A run of several steps that ask a lead, by a clock that only timers and the test move.</summary>
public sealed class LeadPatienceTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Verify_TheLeadStaysAway_TheStepsOfARunWaitForItOnce()
    {
        var context = new Context();
        var patience = new LeadPatience(context);

        for (var step = 0; step < 10; step++)
        {
            await patience.VerifyAsync((mayWait, _) => Task.FromResult(new Outcome(mayWait ? 1 : 0, Hour)));
        }

        Assert.Equal(Hour, context.Waited);
    }

    [Fact]
    public async Task Verify_BegunByAProgramOfBefore_EachStepWaits()
    {
        var context = new Context(version: 6);
        var patience = new LeadPatience(context);

        for (var step = 0; step < 10; step++)
        {
            await patience.VerifyAsync((mayWait, _) => Task.FromResult(new Outcome(mayWait ? 1 : 0, Hour)));
        }

        Assert.Equal(10 * Hour, context.Waited);
    }

    [Fact]
    public async Task Verify_TheLeadAnsweredInBetween_IsWaitedForAnew()
    {
        var context = new Context();
        var patience = new LeadPatience(context);
        await patience.VerifyAsync((mayWait, _) => Task.FromResult(new Outcome(mayWait ? 1 : 0, Hour)));

        await patience.VerifyAsync((_, _) => Task.FromResult(new Outcome(0, Hour, Heard: 1)));
        await patience.VerifyAsync((mayWait, _) => Task.FromResult(new Outcome(mayWait ? 1 : 0, Hour)));

        Assert.Equal(2 * Hour, context.Waited);
    }

    [Fact]
    public async Task Verify_NobodyAnswersAnInput_AsksAgainAFewTimes()
    {
        List<(bool MayWait, bool Again)> calls = [];

        var outcome = await new LeadPatience(new Context()).VerifyAsync((mayWait, again) =>
        {
            calls.Add((mayWait, again));
            return Task.FromResult(new Outcome(1, TimeSpan.Zero, "Input '7': it answered with HTTP 500"));
        });

        Assert.NotNull(outcome.Failure);
        Assert.Equal(StepRetry.Policy.MaxAttempts, calls.Count);
        Assert.Equal([(true, false), .. Enumerable.Repeat((false, true), calls.Count - 1)], calls);
    }

    [Fact]
    public async Task Verify_TheLeadAnswersAllButOneInput_OtherStepsHaveTheirOwnPatience()
    {
        var context = new Context();
        var patience = new LeadPatience(context);
        await patience.VerifyAsync((mayWait, again) => Task.FromResult(new Outcome(mayWait ? 1 : 0, Hour, Heard: again ? 0 : 255)));
        List<bool> calls = [];

        await patience.VerifyAsync((mayWait, again) =>
        {
            calls.Add(mayWait);
            return Task.FromResult(new Outcome(again ? 0 : 1, Hour, Heard: again ? 1 : 255));
        });

        Assert.Equal([true, true], calls);
        Assert.InRange(context.Waited, Hour, Hour + TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(UnderstudyWorkflows.Version, true)]
    [InlineData(7, false)] // begun by a program of before
    public async Task Verify_TheLeadAnsweredForLongerThanTheTaskWaits_IsWaitedForAllTheSame(int version, bool waits)
    {
        var context = new Context(version);
        List<bool> calls = [];

        await new LeadPatience(context).VerifyAsync((mayWait, again) =>
        {
            calls.Add(mayWait);
            context.Pass(again ? TimeSpan.Zero : 2 * Hour);
            return Task.FromResult(again ? new Outcome(0, Hour, Heard: 1) : new Outcome(1, Hour, Heard: 255));
        });

        Assert.Equal([true, waits], calls);
    }

    [Theory]
    [InlineData(UnderstudyWorkflows.Version, true)]
    [InlineData(7, false)] // begun by a program of before
    public async Task Verify_TheLeadAnswersAnotherStepMeanwhile_IsWaitedForFromThenOn(int version, bool anew)
    {
        var context = new Context(version);
        var patience = new LeadPatience(context);
        TimeSpan? heard = null;
        Task other = Task.CompletedTask;

        await patience.VerifyAsync(
            (mayWait, _) => Task.FromResult(new Outcome(mayWait ? 1 : 0, Hour)),
            _ =>
            {
                if (heard is null && context.Waited > 0.9 * Hour)
                {
                    heard = context.Waited;
                    other = patience.VerifyAsync((_, _) => Task.FromResult(new Outcome(0, Hour, Heard: 255)));
                }
            });
        await other;

        Assert.Equal(anew ? heard + Hour : Hour, context.Waited);
    }

    [Fact]
    public async Task Verify_TheTimeOfACallIsOverBeforeAllInputsHadTheirTurn_AsksAboutTheRestAtOnce()
    {
        var context = new Context();
        List<(bool MayWait, bool Again)> calls = [];

        var outcome = await new LeadPatience(context).VerifyAsync((mayWait, again) =>
        {
            calls.Add((mayWait, again));
            return Task.FromResult(calls.Count switch
            {
                1 => new Outcome(600, TimeSpan.Zero, Heard: 1000),
                2 => new Outcome(1, TimeSpan.Zero, "Input '7': it answered with HTTP 500", Heard: 599),
                3 => new Outcome(1, TimeSpan.Zero),
                _ => new Outcome(0, TimeSpan.Zero, Heard: 1),
            });
        });

        Assert.Equal([(true, false), (false, true), (false, true), (false, true)], calls);
        Assert.Equal(0, outcome.Away);
        Assert.Equal(StepRetry.Policy.DelayAfter(1), context.Waited);
    }

    [Fact]
    public async Task Verify_TheLeadAnswersSomeInEachCall_ThePauseDoesNotGrow()
    {
        var context = new Context();
        var away = 11 * 22;

        await new LeadPatience(context).VerifyAsync((_, again) => Task.FromResult(new Outcome(again ? away -= 22 : away, Hour, Heard: 22)));

        Assert.Equal(11 * TimeSpan.FromSeconds(2), context.Waited);
    }

    [Fact]
    public async Task Verify_TheLeadAnswersInTheLastAttempts_IsWaitedForAnew()
    {
        var context = new Context();
        var patience = new LeadPatience(context);
        var last = 0;
        await patience.VerifyAsync((mayWait, _) => Task.FromResult(mayWait ? new Outcome(1, Hour) : ++last < 3 ? new Outcome(1, Hour, "HTTP 500") : new Outcome(0, Hour, Heard: 1)));

        await patience.VerifyAsync((mayWait, _) => Task.FromResult(new Outcome(mayWait ? 1 : 0, Hour)));

        Assert.InRange(context.Waited, 2 * Hour, (2 * Hour) + TimeSpan.FromMinutes(1));
    }

    private sealed record Outcome(int Away, TimeSpan Patience, string? Failure = null, int Heard = 0) : LeadOutcome(Away, Patience, Failure, Heard);

    private sealed class Context(int version = UnderstudyWorkflows.Version) : ScriptedContext
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public TimeSpan Waited => _now - DateTimeOffset.UnixEpoch;

        public override int Version => version;

        public void Pass(TimeSpan time) => _now += time;

        public override DateTimeOffset CurrentUtcDateTime => _now;

        public override Task CreateTimer(DateTimeOffset fireAt, CancellationToken cancellationToken = default)
        {
            _now = fireAt;
            return Task.CompletedTask;
        }

        protected override object Result(string step, object? input) => throw new NotSupportedException();
    }
}
