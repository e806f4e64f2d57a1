using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tests.Releases;
using Understudy.Tests;

namespace Understudy.Inference.Tests.Leads;

/// <summary>A lead behind OpenAI's API that answers one question at a time, and takes four seconds for each by a clock that only it moves.</summary>
public sealed class SlowLeadTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly ModelsFolder _models = new();
    private FakeLead _lead = null!;

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        _lead.Answer = _ =>
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            return "spam";
        };
        _models.WriteRelease("1.0");
        File.WriteAllText(
            Path.Combine(_models.Root, ModelsFolder.Task, "task.json"),
            $$"""
            {"name":"{{ModelsFolder.Task}}","kind":"classification","labels":["ham","spam"],
             "lead":{"protocol":"openai","endpoint":"{{_lead.Endpoint}}","model":"big","concurrency":1,"timeoutSeconds":20,"retries":0} }
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _lead.DisposeAsync();
        _models.Dispose();
    }

    [Theory]
    [InlineData(10.0, 3)] // the third is under way by then
    [InlineData(null, 5)]
    public async Task Verify_MoreThanTheLimitHasTimeFor_TheRestStaysOpen(double? seconds, int answered)
    {
        var items = await VerifyAsync(5, seconds is { } limit ? TimeSpan.FromSeconds(limit) : null);

        Assert.Equal(Enumerable.Range(0, 5).Select(i => i < answered), items.Select(JointInference.HeardFromLead));
        Assert.Equal(Enumerable.Range(0, 5).Select(i => i >= answered), items.Select(JointInference.AwaitsLead));
        Assert.DoesNotContain(items, item => item.Unanswered is not null);
        Assert.Equal(answered, _lead.Asked);
    }

    // Otherwise the same ones would be asked about first, time and again, and nobody would ever hear of it.
    [Fact]
    public async Task Verify_MoreThanTheLimitHasTimeForAndNoneIsAnswered_TheLeadIsAwayForAll()
    {
        _lead.Answer = _ =>
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            return "perhaps"; // no label
        };

        var items = await VerifyAsync(5, TimeSpan.FromSeconds(10));

        Assert.Equal(3, _lead.Asked);
        Assert.All(items, item => Assert.NotNull(item.Unanswered));
    }

    [Fact]
    public async Task Verify_MoreThanTheLimitHasTimeForAndTheLeadRefuses_TheRestStaysOpen()
    {
        _lead.Refuses = _ =>
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            return true;
        };

        var items = await VerifyAsync(5, TimeSpan.FromSeconds(10), new TierVote("small", 0, 0.7, 0.9, [0.7f, 0.3f], 0));

        Assert.Equal(3, _lead.Asked);
        Assert.Equal([false, false, false, true, true], items.Select(JointInference.AwaitsLead));
        Assert.DoesNotContain(items, item => item.Unanswered is not null);
    }

    [Fact]
    public async Task Verify_Answered_TheVoteSaysWhatTheLeadTook() =>
        Assert.Equal(4000, Assert.Single(await VerifyAsync(1, null)).Votes[^1].Milliseconds);

    private async Task<IReadOnlyList<PipelineItem>> VerifyAsync(int count, TimeSpan? limit, params TierVote[] votes)
    {
        using var catalog = new ReleaseCatalog(_models.Root);
        using var leads = new LeadConnections(time: _time);
        using var lease = catalog.Acquire(ModelsFolder.Task, "1.0");
        return await new JointInference(catalog, _time, leads).VerifyAsync(
            lease.Release, [.. Enumerable.Range(0, count).Select(i => new PipelineItem { Id = $"{i}", Input = "hmm", Deferred = true, Votes = votes })], TestContext.Current.CancellationToken, limit: limit);
    }
}
