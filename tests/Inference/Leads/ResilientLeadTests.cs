using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Budgets;
using Understudy.Inference.Leads;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Tests.Leads;

/// <summary>On a clock that only the test moves.</summary>
public sealed class ResilientLeadTests
{
    private static readonly LeadReply Fine = new() { Text = "fine" };
    private static readonly LeadRequest Question = new() { Prompt = new("", "?") };

    private readonly FakeTimeProvider _time = new();
    private readonly LeadDefinition _lead = new() { Protocol = "openai", Endpoint = "http://lead/v1", Model = "big", TimeoutSeconds = 2, DeadlineSeconds = 10, Retries = 2 };

    [Fact]
    public async Task Ask_FailsTwice_TheThirdAnswerCounts()
    {
        var script = new ScriptedLead((attempt, _) => attempt < 3 ? throw new HttpRequestException("refused") : Task.FromResult(Fine));
        Assert.Equal(Fine.Text, (await AskAsync(script)).Text);
        Assert.Equal(3, script.Attempts);
    }

    [Fact]
    public async Task Ask_GarbageThenAnAnswer_TheAnswerCounts()
    {
        var script = new ScriptedLead((attempt, _) => attempt < 2 ? throw new LeadAnswerInvalidException("It answered 'purple'.") : Task.FromResult(Fine));
        Assert.Equal(Fine.Text, (await AskAsync(script)).Text);
    }

    [Fact]
    public async Task Ask_AlwaysFails_SaysWhoAndWhy()
    {
        var script = new ScriptedLead((_, _) => throw new HttpRequestException("refused"));
        var error = await Assert.ThrowsAsync<LeadAwayException>(() => AskAsync(script));
        Assert.Equal("big at http://lead/v1: refused.", error.Message);
        Assert.Equal(3, script.Attempts);
    }

    [Fact]
    public async Task Ask_WrongRequest_IsNotRepeated()
    {
        var script = new ScriptedLead((_, _) => throw new NotSupportedException("no such thing"));
        await Assert.ThrowsAsync<LeadAwayException>(() => AskAsync(script));
        Assert.Equal(1, script.Attempts);
    }

    [Fact]
    public async Task Ask_NeverAnswers_EndsWithinTheDeadline()
    {
        var script = new ScriptedLead(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return Fine;
        });
        var began = _time.GetUtcNow();
        var error = await Assert.ThrowsAsync<LeadAwayException>(() => AskAsync(script));
        Assert.Contains("did not answer within 2 s", error.Message);
        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(_lead.DeadlineSeconds + 1));
        Assert.Equal(3, script.Attempts);
    }

    [Fact]
    public async Task Ask_MostFail_TheLeadIsLeftAloneForAWhile()
    {
        var failing = true;
        var script = new ScriptedLead((_, _) => failing ? throw new HttpRequestException("refused") : Task.FromResult(Fine));
        using var lead = new ResilientLead(script, _lead with { Retries = 0 }, patient: false, _time);
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<LeadAwayException>(() => lead.AskAsync(Question, default));
        }

        Assert.Equal(10, script.Attempts);
        Assert.Contains("left alone", (await Assert.ThrowsAsync<LeadAwayException>(() => lead.AskAsync(Question, default))).Message);
        failing = false;
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(Fine.Text, (await lead.AskAsync(Question, default)).Text);
    }

    [Fact]
    public async Task Ask_SlowAndHedged_TheSecondAnswerCounts()
    {
        var script = new ScriptedLead(async (attempt, token) =>
        {
            await (attempt == 1 ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask);
            return Fine;
        });
        Assert.Equal(Fine.Text, (await AskAsync(script, _lead with { HedgeSeconds = 0.5 })).Text);
        Assert.Equal(2, script.Attempts);
    }

    [Fact]
    public async Task Ask_HedgeThatTheBudgetRefuses_TheFirstAnswerCounts()
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var script = new ScriptedLead(async (attempt, token) =>
        {
            if (attempt == 1)
            {
                await refused.Task.WaitAsync(token);
                await Task.Delay(TimeSpan.FromSeconds(0.2), _time, token);
                return Fine;
            }

            refused.SetResult();
            throw new BudgetSpentException("mail", new TaskBudget { PerDay = 1 }, DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1));
        });
        Assert.Equal(Fine.Text, (await AskAsync(script, _lead with { HedgeSeconds = 0.5 })).Text);
        Assert.Equal(2, script.Attempts);
    }

    [Fact]
    public async Task Ask_HedgesThatAnswerFirst_AreNoFailuresOfTheLead()
    {
        var script = new ScriptedLead(async (attempt, token) =>
        {
            await (attempt % 2 == 1 ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask);
            return Fine;
        });
        using var lead = new ResilientLead(script, _lead with { HedgeSeconds = 0.5 }, patient: false, _time);
        for (var i = 0; i < 8; i++)
        {
            var asked = lead.AskAsync(Question, default);
            await PassTimeAsync(asked);
            Assert.Equal(Fine.Text, (await asked).Text);
        }
    }

    [Fact]
    public async Task Ask_CallersThatHangUp_AreNoFailuresOfTheLead()
    {
        var script = new ScriptedLead(async (attempt, token) =>
        {
            await (attempt <= 10 ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask);
            return Fine;
        });
        using var lead = new ResilientLead(script, _lead, patient: false, _time);
        for (var i = 0; i < 10; i++)
        {
            using var cancel = new CancellationTokenSource();
            var asked = lead.AskAsync(Question, cancel.Token);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }

        Assert.Equal(Fine.Text, (await lead.AskAsync(Question, default)).Text);
    }

    [Fact]
    public async Task Ask_HedgeThatTheOpenCircuitRefuses_TheFirstAnswerCounts()
    {
        var script = new ScriptedLead(async (attempt, token) =>
        {
            await (attempt <= 10 ? throw new HttpRequestException("refused") : Task.Delay(TimeSpan.FromSeconds(1), _time, token));
            return Fine;
        });
        using var lead = new ResilientLead(script, _lead with { Retries = 0, HedgeSeconds = 0.5 }, patient: false, _time);
        while (script.Attempts < 10)
        {
            await Assert.ThrowsAsync<LeadAwayException>(() => lead.AskAsync(Question, default));
        }

        _time.Advance(TimeSpan.FromSeconds(6));
        var asked = lead.AskAsync(Question, default);
        await PassTimeAsync(asked);
        Assert.Equal(Fine.Text, (await asked).Text);
    }

    [Theory]
    [InlineData(null, "3")]
    [InlineData(0.5, "3")]
    [InlineData(0.5, "date")]
    public async Task Ask_ToldWhenToComeAgain_ComesNoEarlierByAHedgeEither(double? hedge, string told)
    {
        List<DateTimeOffset> times = [];
        _time.SetUtcNow(new(2026, 10, 21, 7, 28, 0, TimeSpan.Zero)); // a date has whole seconds
        var script = new ScriptedLead((attempt, _) =>
        {
            times.Add(_time.GetUtcNow());
            return attempt > 1 ? Task.FromResult(Fine)
                : throw Busy(told == "date" ? _time.GetUtcNow().AddSeconds(3).ToString("r") : told);
        });

        Assert.Equal(Fine.Text, (await AskAsync(script, _lead with { HedgeSeconds = hedge })).Text);
        Assert.InRange(times[1] - times[0], TimeSpan.FromSeconds(2.8), TimeSpan.FromSeconds(9.5));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.5)]
    public async Task Ask_ToldToComeAgainAfterTheDeadline_IsNotRepeated(double? hedge)
    {
        var script = new ScriptedLead((_, _) => throw Busy("90000"));
        var error = await Assert.ThrowsAsync<LeadAwayException>(() => AskAsync(script, _lead with { HedgeSeconds = hedge }));
        Assert.Equal(1, script.Attempts);
        Assert.Equal(TimeSpan.FromDays(1), error.RetryAfter);
    }

    [Fact]
    public async Task Ask_HedgesThatAreHeldBack_AreNoFailuresOfTheLead()
    {
        var script = new ScriptedLead((attempt, _) => attempt <= 5 ? throw Busy("3") : Task.FromResult(Fine));
        using var lead = new ResilientLead(script, _lead with { HedgeSeconds = 0.5, Retries = 0 }, patient: false, _time);
        for (var i = 0; i < 5; i++)
        {
            var asked = lead.AskAsync(Question, default);
            await PassTimeAsync(asked);
            Assert.Contains("busy", (await Assert.ThrowsAsync<LeadAwayException>(() => asked)).Message);
        }

        Assert.Equal(Fine.Text, (await lead.AskAsync(Question, default)).Text);
    }

    [Fact]
    public async Task Ask_ProbeThatNobodyWaitedFor_LeavesTheCircuitOpen()
    {
        var script = new ScriptedLead(async (attempt, token) =>
        {
            await (attempt <= 10 ? throw new HttpRequestException("refused") : Task.Delay(Timeout.Infinite, token));
            return Fine;
        });
        using var lead = new ResilientLead(script, _lead with { Retries = 0 }, patient: false, _time);
        while (script.Attempts < 10)
        {
            await Assert.ThrowsAsync<LeadAwayException>(() => lead.AskAsync(Question, default));
        }

        _time.Advance(TimeSpan.FromSeconds(6));
        using var cancel = new CancellationTokenSource();
        var probe = lead.AskAsync(Question, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe);

        Assert.Contains("left alone", (await Assert.ThrowsAsync<LeadAwayException>(() => lead.AskAsync(Question, default))).Message);
        Assert.Equal(11, script.Attempts);
    }

    [Fact]
    public async Task Ask_Cancelled_IsCancelled()
    {
        using var cancel = new CancellationTokenSource();
        var script = new ScriptedLead(async (_, token) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return Fine;
        });
        using var lead = new ResilientLead(script, _lead, patient: false, _time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lead.AskAsync(Question, cancel.Token));
    }

    [Fact]
    public async Task Ask_MoreThanThereArePlaces_TheyTakeTurns()
    {
        var (inside, most) = (0, 0);
        var script = new ScriptedLead(async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Delay(TimeSpan.FromSeconds(0.1), _time, token);
            Interlocked.Decrement(ref inside);
            return Fine;
        });
        using var lead = new ResilientLead(script, _lead with { Concurrency = 3 }, patient: false, _time);
        await PassTimeAsync(Task.WhenAll(Enumerable.Range(0, 12).Select(_ => lead.AskAsync(Question, default))));
        Assert.Equal((12, 3), (script.Attempts, most));
    }

    [Fact]
    public async Task Ask_MoreThanThereIsTimeForInOneDeadline_AllAreAnswered()
    {
        var script = new ScriptedLead(async (_, token) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(4), _time, token);
            return Fine;
        });
        using var lead = new ResilientLead(script, _lead with { Concurrency = 1, TimeoutSeconds = 9 }, patient: false, _time);
        var asked = Task.WhenAll(Enumerable.Range(0, 6).Select(_ => lead.AskAsync(Question, default)));
        await PassTimeAsync(asked);
        Assert.All(await asked, reply => Assert.Equal(Fine.Text, reply.Text));
        Assert.Equal(6, script.Attempts);
    }

    [Fact]
    public async Task Ask_WaitsForAPlace_ThatTimeIsNoneOfTheLead()
    {
        var bothAsked = new TaskCompletionSource();
        var script = new ScriptedLead(async (_, _) =>
        {
            await bothAsked.Task;
            _time.Advance(TimeSpan.FromSeconds(4));
            return Fine;
        });
        using var lead = new ResilientLead(script, _lead with { Concurrency = 1, TimeoutSeconds = 9 }, patient: false, _time);
        var asked = Task.WhenAll(lead.AskAsync(Question, default), lead.AskAsync(Question, default));
        bothAsked.SetResult();

        Assert.Equal([4000, 4000], (await asked).Select(reply => reply.Milliseconds));
    }

    [Fact]
    public async Task Ask_TooLateBeforeThereIsAPlace_IsGivenUpAndWhatIsUnderWayGoesOn()
    {
        var (answer, tooLate) = (new TaskCompletionSource<LeadReply>(), new CancellationTokenSource());
        var script = new ScriptedLead((_, _) => answer.Task);
        using var lead = new ResilientLead(script, _lead with { Concurrency = 1 }, patient: false, _time);
        var question = Question with { TooLate = tooLate.Token };
        var (underWay, waiting) = (lead.AskAsync(question, default), lead.AskAsync(question, default));

        await tooLate.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        answer.SetResult(Fine);
        Assert.Equal(Fine.Text, (await underWay).Text);
        Assert.Equal(1, script.Attempts);
        tooLate.Dispose();
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, true)]
    [InlineData(StatusCode.NotFound, false)] // the model, not the input
    [InlineData(StatusCode.Unavailable, false)]
    public async Task Ask_Refused_SaysWhetherTheRequestIsAtFault(StatusCode status, bool refusal)
    {
        var script = new ScriptedLead((_, _) => throw new RpcException(new(status, "no")));
        Assert.Equal(refusal, (await Assert.ThrowsAsync<LeadAwayException>(() => AskAsync(script))).IsRefusal);
    }

    private static RpcException Busy(string retryAfter) => new(new(StatusCode.Unavailable, "busy"), new Metadata { { "retry-after", retryAfter } });

    private async Task<LeadReply> AskAsync(ScriptedLead script, LeadDefinition? definition = null)
    {
        using var lead = new ResilientLead(script, definition ?? _lead, patient: false, _time);
        var asked = lead.AskAsync(Question, default);
        await PassTimeAsync(asked);
        return await asked;
    }

    private async Task PassTimeAsync(Task work)
    {
        while (!work.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
            await Task.WhenAny(work, Task.Delay(1));
        }
    }
}
