using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Quality;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Quality;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Tests.Quality;

/// <summary>Reports of one site, gathered by hosts on one storage.</summary>
public sealed class SiteQualityTests(TestHost host)
{
    private readonly FakeTimeProvider _time = new(new(2026, 5, 1, 10, 20, 0, TimeSpan.Zero));

    [Fact]
    public async Task Gather_CountsThatGrow_AreCountedByTheHour()
    {
        var sites = await BeginAsync("grow");
        await ReportAsync("grow", "v1", 110, 95);
        Assert.True(await LaterAsync(sites, "grow"));
        _time.Advance(TimeSpan.FromHours(2));
        await ReportAsync("grow", "v1", 115, 98);
        Assert.True(await LaterAsync(sites, "grow"));
        Assert.False(await LaterAsync(sites, "grow"));

        Assert.Equal((15, 13), await SumAsync(sites, "grow", "v1", TimeSpan.FromHours(24)));
        Assert.Equal((5, 3), await SumAsync(sites, "grow", "v1", TimeSpan.FromHours(1)));
        _time.Advance(TimeSpan.FromDays(31));
        await LaterAsync(sites, "grow");
        Assert.Equal((0, 0), await SumAsync(sites, "grow", "v1", TimeSpan.FromDays(60)));
    }

    [Fact]
    public async Task Gather_AgentStartedAnewOrAnotherReleaseServes_CountsFromNothing()
    {
        var sites = await BeginAsync("anew");
        await ReportAsync("anew", "v1", 7, 6);
        await LaterAsync(sites, "anew");
        await ReportAsync("anew", "v2", 400, 300);
        await LaterAsync(sites, "anew");

        Assert.Equal(((7, 6), (400, 300)), (await SumAsync(sites, "anew", "v1", TimeSpan.FromDays(1)), await SumAsync(sites, "anew", "v2", TimeSpan.FromDays(1))));
    }

    [Fact]
    public async Task Gather_TwoHostsAtOnce_CountsOnce()
    {
        var (one, other) = (await BeginAsync("twice"), new SiteQuality(host.Blobs, host.Service<SiteReports>(), _time));
        await ReportAsync("twice", "v1", 150, 120);
        _time.Advance(TimeSpan.FromMinutes(6));

        await Task.WhenAll(one.GatherAsync("twice", default), other.GatherAsync("twice", default));
        await other.GatherAsync("twice", default);

        Assert.Equal((50, 35), await SumAsync(other, "twice", "v1", TimeSpan.FromDays(1)));
    }

    [Fact]
    public async Task Gather_ClockWasSetBack_CountsAllTheSame()
    {
        await BeginAsync("set-back");
        await ReportAsync("set-back", "v1", 110, 95);
        var back = new SiteQuality(host.Blobs, host.Service<SiteReports>(), new FakeTimeProvider(_time.GetUtcNow().AddHours(-8)));

        Assert.True(await back.GatherAsync("set-back", TestContext.Current.CancellationToken));
        Assert.False(await back.GatherAsync("set-back", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Gather_Inputs_AreCountedByTheHourAndAnewAfterARestart()
    {
        var sites = await BeginAsync("inputs", new() { Labels = [10, 30], Confidence = Sure(40) });
        await ReportAsync("inputs", "v1", 100, 85, new() { Labels = [15, 40], Confidence = Sure(55) });
        Assert.True(await LaterAsync(sites, "inputs"));
        Assert.False(await LaterAsync(sites, "inputs"));
        Assert.Equal([5, 10], await InputsAsync(sites, "inputs", "v1"));

        await ReportAsync("inputs", "v1", 100, 85, new() { Labels = [0, 41], Confidence = Sure(41) });
        await LaterAsync(sites, "inputs");
        Assert.Equal([5, 51], await InputsAsync(sites, "inputs", "v1"));

        await ReportAsync("inputs", "v2", 0, 0);
        await LaterAsync(sites, "inputs");
        await ReportAsync("inputs", "v2", 0, 0, new() { Labels = [2, 1], Confidence = Sure(3) });
        await LaterAsync(sites, "inputs");
        Assert.Equal([2, 1], await InputsAsync(sites, "inputs", "v2"));
    }

    /// <summary>What an agent that is new to this has counted before is left out; one that is older reports none.</summary>
    [Fact]
    public async Task Gather_ReportsOfOlderAgents_AreRead()
    {
        var sites = await BeginAsync("older");
        await ReportAsync("older", "v1", 110, 90, answers: 500);
        await LaterAsync(sites, "older");
        await ReportAsync("older", "v1", 120, 95, new() { Labels = [700, 1], Confidence = Sure(701) }, answers: 701);
        await LaterAsync(sites, "older");
        Assert.Null((await SumAllAsync(sites, "older", "v1")).Inputs);

        await ReportAsync("older", "v1", 120, 95, new() { Labels = [700, 2], Confidence = Sure(702) }, answers: 702);
        await LaterAsync(sites, "older");

        Assert.Equal((20, 10), await SumAsync(sites, "older", "v1", TimeSpan.FromDays(1)));
        Assert.Equal([0, 1], await InputsAsync(sites, "older", "v1"));
    }

    [Fact]
    public async Task Gather_InputsThatCannotBe_AreNone()
    {
        var sites = await BeginAsync("lying", new() { Labels = [1, 1], Confidence = Sure(2) });
        await ReportAsync("lying", "v1", 100, 85, new() { Labels = [1, 1_000_000], Confidence = Sure(3) });

        Assert.False(await LaterAsync(sites, "lying"));
    }

    [Theory]
    [InlineData(200, 201)]
    [InlineData(-5, -7)]
    [InlineData(9_000_000_000_000_000_000, 100)]
    public async Task Gather_CountsThatCannotBe_AreNone(long escalated, long agreed)
    {
        var task = $"lies{escalated}";
        var sites = await BeginAsync(task);
        await ReportAsync(task, "v1", escalated, agreed);

        Assert.False(await LaterAsync(sites, task));
    }

    /// <summary>Looks for the first time, when 100 were escalated and 85 agreed.</summary>
    private async Task<SiteQuality> BeginAsync(string task, InputCounts? inputs = null)
    {
        var sites = new SiteQuality(host.Blobs, host.Service<SiteReports>(), _time);
        await host.Blob(BlobContainers.EdgeReports, SiteFolder.PresenceBlob($"site-{task}")).UploadAsync(
            new BinaryData(JsonSerializer.SerializeToUtf8Bytes(new SitePresence($"site-{task}", [task], DateTimeOffset.UnixEpoch), SiteJson.Options)), TestContext.Current.CancellationToken);
        await ReportAsync(task, "v1", 100, 85, inputs);
        Assert.False(await sites.GatherAsync(task, TestContext.Current.CancellationToken));
        return sites;
    }

    private static long[] Sure(long inputs) => [0, 0, 0, 0, 0, 0, 0, 0, 0, inputs];

    private Task ReportAsync(string task, string version, long escalated, long agreed, InputCounts? inputs = null, long? answers = null) => host.Blob(BlobContainers.EdgeReports, SiteFolder.StatusBlob($"site-{task}", task)).UploadAsync(
        new BinaryData(JsonSerializer.SerializeToUtf8Bytes(
            new SiteStatus { Site = $"site-{task}", Task = task, Version = version, Counts = new() { Answers = answers ?? escalated, Escalated = escalated, Agreed = agreed, Inputs = inputs } }, SiteJson.Options)), overwrite: true, TestContext.Current.CancellationToken);

    private Task<bool> LaterAsync(SiteQuality sites, string task)
    {
        _time.Advance(TimeSpan.FromMinutes(6));
        return sites.GatherAsync(task, TestContext.Current.CancellationToken);
    }

    private Task<QualityCounts> SumAllAsync(SiteQuality sites, string task, string release) =>
        sites.SumAsync(task, release, _time.GetUtcNow() - TimeSpan.FromDays(1), TestContext.Current.CancellationToken);

    private async Task<IReadOnlyList<long>> InputsAsync(SiteQuality sites, string task, string release) => (await SumAllAsync(sites, task, release)).Inputs!.Labels;

    private async Task<(long, long)> SumAsync(SiteQuality sites, string task, string release, TimeSpan window)
    {
        var sum = await sites.SumAsync(task, release, _time.GetUtcNow() - window, TestContext.Current.CancellationToken);
        return (sum.Ruled, sum.RuledAgreed);
    }
}
