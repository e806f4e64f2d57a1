using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Tests.Rollouts;

/// <summary>On a host of its own, since rollouts that begin here overtake those of other tests.</summary>
public sealed class SiteFoldersTests : IAsyncLifetime
{
    private readonly TestHost _host = new();

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Offer_LaterRolloutBeganBeforeTheWrite_LeadsTheSiteBack()
    {
        var first = await OfferAsync("between", TestModels.First, overtakenBy: null);
        var asked = 0;

        var offered = await OfferAsync("between", TestModels.Second, () => Task.FromResult(++asked == 1 ? null : "another"));

        Assert.Null(offered);
        Assert.Equal(2, asked);
        var channel = await ChannelAsync("between");
        Assert.Equal(TestModels.First, channel.Current.Version);
        Assert.True(channel.Current.Sequence > first!.Sequence); // a site that saw the other one takes it
    }

    [Fact]
    public async Task Offer_LaterRolloutAlreadyMovedTheSite_LeavesItThere()
    {
        await OfferAsync("moved", TestModels.First, overtakenBy: null);
        var asked = 0;

        var offered = await OfferAsync("moved", TestModels.Second, async () =>
        {
            if (++asked == 1)
            {
                return null;
            }

            await OfferAsync("moved", TestModels.Second, overtakenBy: null, since: DateTimeOffset.MaxValue);
            return "another";
        });

        Assert.Null(offered);
        Assert.Equal(TestModels.Second, (await ChannelAsync("moved")).Current.Version);
    }

    [Fact]
    public async Task Offer_DoneAgainAfterALaterRolloutBegan_LeadsTheSiteBack()
    {
        var since = TimeProvider.System.GetUtcNow();
        await OfferAsync("again", TestModels.First, overtakenBy: null);
        var asked = 0;
        await Assert.ThrowsAsync<TimeoutException>(() => OfferAsync("again", TestModels.Second, () => ++asked == 1 ? Task.FromResult<string?>(null) : throw new TimeoutException(), since));
        Assert.Equal(TestModels.Second, (await ChannelAsync("again")).Current.Version);

        Assert.Null(await OfferAsync("again", TestModels.Second, () => Task.FromResult<string?>("another"), since));

        Assert.Equal(TestModels.First, (await ChannelAsync("again")).Current.Version);
    }

    [Fact]
    public async Task Offer_LaterRolloutSendsTheSame_LeavesItToThatOne()
    {
        await OfferAsync("same", TestModels.First, overtakenBy: null);
        var (_, address) = await _host.Service<PackageArchive>().EnsureAsync(TestModels.Task, TestModels.Second, withLead: false, TestContext.Current.CancellationToken);
        var asked = 0;

        Assert.Null(await OfferAsync("same", TestModels.Second, () => Task.FromResult(++asked == 1 ? null : address)));

        Assert.Equal(TestModels.Second, (await ChannelAsync("same")).Current.Version);
    }

    [Fact]
    public async Task Offer_ReleaseEndedWellMeanwhile_LeavesTheSiteThere()
    {
        var since = TimeProvider.System.GetUtcNow();
        await OfferAsync("well", TestModels.First, overtakenBy: null);
        await OfferAsync("well", TestModels.Second, overtakenBy: null, since);
        var (_, address) = await _host.Service<PackageArchive>().EnsureAsync(TestModels.Task, TestModels.Second, withLead: false, TestContext.Current.CancellationToken);
        await _host.Service<RolloutOrder>().EndAsync(TestModels.Task, DateTimeOffset.MaxValue, address, TestContext.Current.CancellationToken);

        Assert.Null(await OfferAsync("well", TestModels.Second, () => Task.FromResult<string?>("another"), since));

        Assert.Equal(TestModels.Second, (await ChannelAsync("well")).Current.Version);
    }

    private async Task<OfferedSite?> OfferAsync(string site, string release, Func<Task<string?>>? overtakenBy, DateTimeOffset? since = null)
    {
        var token = TestContext.Current.CancellationToken;
        var archive = _host.Service<PackageArchive>();
        var (list, address) = await archive.EnsureAsync(TestModels.Task, release, withLead: false, token);
        await _host.Service<RolloutOrder>().IsLatestAsync(TestModels.Task, DateTimeOffset.UnixEpoch, address, token); // on trial from now on
        return await _host.Service<SiteFolders>().OfferAsync(
            site, EdgePackage.Read(list, address), list, address, since ?? TimeProvider.System.GetUtcNow(), hash => archive.ContentAsync(TestModels.Task, release, hash, token), token, overtakenBy);
    }

    private async Task<SiteChannel> ChannelAsync(string site) => (await _host.Service<SiteFolders>().ReadAsync(site, TestContext.Current.CancellationToken)).Folder.Tasks[TestModels.Task];
}
