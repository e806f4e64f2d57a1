using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
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

    [Theory]
    [InlineData(200, 201)]
    [InlineData(-5, -7)]
    public async Task Gather_CountsThatCannotBe_AreNone(long escalated, long agreed)
    {
        var task = $"lies{escalated}";
        var sites = await BeginAsync(task);
        await ReportAsync(task, "v1", escalated, agreed);

        Assert.False(await LaterAsync(sites, task));
    }

    /// <summary>Looks for the first time, when 100 were escalated and 85 agreed.</summary>
    private async Task<SiteQuality> BeginAsync(string task)
    {
        var sites = new SiteQuality(host.Blobs, host.Service<SiteReports>(), _time);
        await host.Blob(BlobContainers.EdgeReports, SiteFolder.PresenceBlob($"site-{task}")).UploadAsync(
            new BinaryData(JsonSerializer.SerializeToUtf8Bytes(new SitePresence($"site-{task}", [task], DateTimeOffset.UnixEpoch), SiteJson.Options)), TestContext.Current.CancellationToken);
        await ReportAsync(task, "v1", 100, 85);
        Assert.False(await sites.GatherAsync(task, TestContext.Current.CancellationToken));
        return sites;
    }

    private Task ReportAsync(string task, string version, long escalated, long agreed) => host.Blob(BlobContainers.EdgeReports, SiteFolder.StatusBlob($"site-{task}", task)).UploadAsync(
        new BinaryData(JsonSerializer.SerializeToUtf8Bytes(
            new SiteStatus { Site = $"site-{task}", Task = task, Version = version, Counts = new() { Escalated = escalated, Agreed = agreed } }, SiteJson.Options)), overwrite: true, TestContext.Current.CancellationToken);

    private Task<bool> LaterAsync(SiteQuality sites, string task)
    {
        _time.Advance(TimeSpan.FromMinutes(6));
        return sites.GatherAsync(task, TestContext.Current.CancellationToken);
    }

    private async Task<(long, long)> SumAsync(SiteQuality sites, string task, string release, TimeSpan window)
    {
        var sum = await sites.SumAsync(task, release, _time.GetUtcNow() - window, TestContext.Current.CancellationToken);
        return (sum.Ruled, sum.RuledAgreed);
    }
}
