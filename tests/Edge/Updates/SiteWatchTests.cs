using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Understudy.Edge.Reports;
using Understudy.Edge.Updates;
using Understudy.Inference.Signing;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Updates;

/// <summary>Looks every 50 ms, and waits for nothing but what its clock says has passed.</summary>
public sealed class SiteWatchTests(CloudFixture cloud) : EdgeTest(cloud)
{
    private readonly SetClock _time = new();

    [Fact]
    public async Task Watch_ContentStaysChanged_IsNotReadAtEachLookAndANewPointerIsTakenAtOnce()
    {
        var (blob, whole) = await OfferChangedAsync();
        await using var site = Site();
        var updater = Updater(site);
        using var watch = await WatchAsync(site, updater);
        await UnsettledAsync(updater, 1);
        var bytes = site.Service<SiteStore>().BytesRead;

        await LooksAsync(site);

        Assert.Equal(bytes, site.Service<SiteStore>().BytesRead);
        await Cloud.WriteAsync(blob, whole);
        await Cloud.OfferAsync(Name, TestModels.Second);
        await site.ServesAsync(TestModels.Second);
        await watch.StopAsync(Cancelled);
    }

    [Fact]
    public async Task Watch_ContentStaysChanged_IsTriedAgainAfterPausesThatDouble()
    {
        var (blob, whole) = await OfferChangedAsync();
        await using var site = Site();
        var updater = Updater(site);
        using var watch = await WatchAsync(site, updater);
        await UnsettledAsync(updater, 1);
        _time.Pass(TimeSpan.FromSeconds(0.1));
        await UnsettledAsync(updater, 2);
        await Cloud.WriteAsync(blob, whole);
        _time.Pass(TimeSpan.FromSeconds(0.1));
        await LooksAsync(site);
        Assert.Equal(2, updater.Unsettled.Looks);

        _time.Pass(TimeSpan.FromSeconds(0.1));

        await site.ServesAsync(TestModels.First);
        await watch.StopAsync(Cancelled);
        Assert.Equal(0, updater.Unsettled.Looks);
    }

    private async Task<(string Blob, byte[] Whole)> OfferChangedAsync()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        var blob = await Cloud.BlobOfAsync(Name, "student.bin");
        var whole = await Cloud.ReadAsync(blob);
        await Cloud.WriteAsync(blob, [.. whole.Reverse()]);
        return (blob, whole);
    }

    private SiteUpdater Updater(TestSite site) => new(
        new(Name, "", Data), site.Service<IOptions<EdgeOptions>>(), site.Service<SiteStore>(), site.Service<PackageShelf>(), site.Service<PackageDelivery>(), site.Service<SiteMemory>(),
        site.Service<ReleaseSwap>(), site.Service<ReleaseKeys>(), _time, NullLogger<SiteUpdater>.Instance);

    private async Task<SiteWatch> WatchAsync(TestSite site, SiteUpdater updater)
    {
        var watch = new SiteWatch(site.Service<ReleaseSwap>(), updater, site.Service<StatusReporter>(), site.Service<IOptions<EdgeOptions>>(), _time, NullLogger<SiteWatch>.Instance);
        await watch.StartAsync(Cancelled);
        return watch;
    }

    private static Task UnsettledAsync(SiteUpdater updater, int looks) => Eventually.TrueAsync(() => Task.FromResult(updater.Unsettled.Looks == looks), $"look {looks} ends");

    /// <summary>Waits for a few more looks.</summary>
    private static async Task LooksAsync(TestSite site)
    {
        var reads = site.Service<SiteStore>().Reads;
        await Eventually.TrueAsync(() => Task.FromResult(site.Service<SiteStore>().Reads >= reads + 5), "the site looks again");
    }
}
