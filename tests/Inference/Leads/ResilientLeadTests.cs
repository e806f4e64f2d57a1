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
        Assert.Same(Fine, await AskAsync(script));
        Assert.Equal(3, script.Attempts);
    }

    [Fact]
    public async Task Ask_GarbageThenAnAnswer_TheAnswerCounts()
    {
        var script = new ScriptedLead((attempt, _) => attempt < 2 ? throw new LeadAnswerInvalidException("It answered 'purple'.") : Task.FromResult(Fine));
        Assert.Same(Fine, await AskAsync(script));
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
        Assert.Same(Fine, await lead.AskAsync(Question, default));
    }

    [Fact]
    public async Task Ask_SlowAndHedged_TheSecondAnswerCounts()
    {
        var script = new ScriptedLead(async (attempt, token) =>
        {
            await (attempt == 1 ? Task.Delay(Timeout.Infinite, token) : Task.CompletedTask);
            return Fine;
        });
        Assert.Same(Fine, await AskAsync(script, _lead with { HedgeSeconds = 0.5 }));
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
        Assert.Same(Fine, await AskAsync(script, _lead with { HedgeSeconds = 0.5 }));
        Assert.Equal(2, script.Attempts);
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
