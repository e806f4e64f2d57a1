using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Tests.Rollouts;

public sealed class SiteFoldersTests(TestHost host)
{
    private SiteFolders Folders => host.Service<SiteFolders>();

    [Fact]
    public async Task Offer_LaterRolloutBeganBeforeTheWrite_LeadsTheSiteBack()
    {
        var first = await OfferAsync("between", TestModels.First, isLatest: null);
        var asked = 0;

        var offered = await OfferAsync("between", TestModels.Second, () => Task.FromResult(++asked == 1));

        Assert.Null(offered);
        Assert.Equal(2, asked);
        var channel = await ChannelAsync("between");
        Assert.Equal(TestModels.First, channel.Current.Version);
        Assert.True(channel.Current.Sequence > first!.Sequence); // a site that saw the other one takes it
    }

    [Fact]
    public async Task Offer_LaterRolloutAlreadyMovedTheSite_LeavesItThere()
    {
        await OfferAsync("moved", TestModels.First, isLatest: null);
        var asked = 0;

        var offered = await OfferAsync("moved", TestModels.Second, async () =>
        {
            if (++asked == 1)
            {
                return true;
            }

            await OfferAsync("moved", TestModels.Second, isLatest: null, since: DateTimeOffset.MaxValue);
            return false;
        });

        Assert.Null(offered);
        Assert.Equal(TestModels.Second, (await ChannelAsync("moved")).Current.Version);
    }

    private async Task<OfferedSite?> OfferAsync(string site, string release, Func<Task<bool>>? isLatest, DateTimeOffset? since = null)
    {
        var token = TestContext.Current.CancellationToken;
        var archive = host.Service<PackageArchive>();
        var (list, address) = await archive.EnsureAsync(TestModels.Task, release, withLead: false, token);
        return await Folders.OfferAsync(
            site, EdgePackage.Read(list, address), list, address, since ?? TimeProvider.System.GetUtcNow(), hash => archive.ContentAsync(TestModels.Task, release, hash, token), token, isLatest);
    }

    private async Task<SiteChannel> ChannelAsync(string site) => (await Folders.ReadAsync(site, TestContext.Current.CancellationToken)).Folder.Tasks[TestModels.Task];
}
