using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Rollouts;

namespace Understudy.Edge.Tests.Rollouts;

/// <summary>Somebody without a key wrote the site's folder: the cloud signs nothing that it finds there.</summary>
public sealed class ForgedFolderTests(CloudFixture cloud) : EdgeTest(cloud)
{
    private SiteFolders Folders => Host.Service<SiteFolders>();

    [Fact]
    public async Task Withdraw_PreviousIsAnothersPackage_IsRefusedAndSaysWhy()
    {
        var address = await OfferBothAsync();
        await ChangeAsync(channel => channel with { Previous = channel.Previous! with { Manifest = new string('a', 64) } });
        var written = await Cloud.ReadAsync(SiteFolder.BlobOf(Name));

        var error = await Assert.ThrowsAsync<PackageInvalidException>(() => Folders.WithdrawAsync(Name, TestModels.Task, address, Cancelled));

        Assert.Contains($"edge/{SiteFolder.BlobOf(Name)}", error.Message);
        Assert.Equal(written, await Cloud.ReadAsync(SiteFolder.BlobOf(Name)));
    }

    [Fact]
    public async Task Withdraw_PreviousOfAnotherSite_IsRefused()
    {
        var address = await OfferBothAsync();
        await Cloud.OfferAsync("lighthouse", TestModels.First);
        var other = (await Cloud.FolderAsync("lighthouse")).Tasks[TestModels.Task].Current;
        await ChangeAsync(channel => channel with { Previous = other });

        await Assert.ThrowsAsync<PackageInvalidException>(() => Folders.WithdrawAsync(Name, TestModels.Task, address, Cancelled));
    }

    [Fact]
    public async Task Offer_CurrentIsAnothersPackage_IsNeverWhereAWithdrawalLeads()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await ChangeAsync(channel => channel with { Current = channel.Current with { Manifest = new string('a', 64) } });

        await Cloud.OfferAsync(Name, TestModels.Second);

        Assert.Null((await ChannelAsync()).Previous);
        Assert.True(await Folders.WithdrawAsync(Name, TestModels.Task, (await ChannelAsync()).Current.Manifest!, Cancelled));
        Assert.Null((await ChannelAsync()).Current.Manifest);
    }

    [Fact]
    public async Task Offer_CurrentIsForgedAndWhatStoodBeforeIsNot_LeadsBackThere()
    {
        await OfferBothAsync();
        await ChangeAsync(channel => channel with { Current = channel.Current with { Manifest = new string('a', 64) } });

        await Cloud.OfferAsync(Name, TestModels.Second);

        Assert.Equal(TestModels.First, (await ChannelAsync()).Previous!.Version);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue - 1)]
    public async Task Offer_CurrentHasAForgedNumber_IsNumberedByTheTimeAndServes(long number)
    {
        await using var site = Site();
        await Cloud.OfferAsync(Name, TestModels.First);
        await site.LookAsync();
        await ChangeAsync(channel => channel with { Current = channel.Current with { Sequence = number } });

        var offered = await Cloud.OfferAsync(Name, TestModels.Second);
        await site.LookAsync();

        Assert.InRange(offered.Sequence, 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        AssertServes(site, TestModels.Second);
    }

    [Fact]
    public async Task Offer_CurrentSaysThatItIsThePackage_IsPointedToItAllTheSame()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await ChangeAsync(channel => channel with { Current = channel.Current with { MovedAt = DateTimeOffset.MaxValue } }); // as if this call had been made

        await Cloud.OfferAsync(Name, TestModels.First);

        Assert.True((await ChannelAsync()).Current.IsSignedFor(TestModels.Task, SiteFolder.ChannelOf(Name), Host.Service<ReleaseCatalog>().Keys.Trust));
    }

    /// <returns>The address of the second release's package, which the site is pointed to.</returns>
    private async Task<string> OfferBothAsync()
    {
        await Cloud.OfferAsync(Name, TestModels.First);
        await Cloud.OfferAsync(Name, TestModels.Second);
        return (await ChannelAsync()).Current.Manifest!;
    }

    private async Task<SiteChannel> ChannelAsync() => (await Cloud.FolderAsync(Name)).Tasks[TestModels.Task];

    private async Task ChangeAsync(Func<SiteChannel, SiteChannel> change) =>
        await Cloud.WriteFolderAsync(Name, (await Cloud.FolderAsync(Name)).With(TestModels.Task, change(await ChannelAsync())));
}
