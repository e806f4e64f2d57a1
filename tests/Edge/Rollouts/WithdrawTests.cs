using Understudy.Edge.Tests.Updates;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Events;
using Understudy.Workflows.Rollouts;

namespace Understudy.Edge.Tests.Rollouts;

/// <summary>Where a withdrawal leads, and which sites it leaves where they are; a cloud of its own for each test.</summary>
public sealed class WithdrawTests : IAsyncLifetime
{
    private readonly TestHost _host = new();

    private Cloud Cloud => new(_host);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Withdraw_OneFolderCannotBeRead_PointsTheOthersBack()
    {
        await Cloud.OfferAsync("sound", TestModels.First);
        await Cloud.OfferAsync("sound", TestModels.Second);
        var (_, address) = await Cloud.PackageAsync("sound");
        await Cloud.WriteAsync(SiteFolder.BlobOf("broken"), "{"u8.ToArray());
        var group = new RolloutGroup(TestModels.Task, TestModels.Second, address, TimeProvider.System.GetUtcNow(), ["broken", "sound"]);

        await Assert.ThrowsAsync<PackageInvalidException>(() => new WithdrawSitesActivity(_host.Service<SiteFolders>()).RunAsync(new("id", Cancelled), group));

        Assert.Equal(TestModels.First, (await Cloud.FolderAsync("sound")).Tasks[TestModels.Task].Current.Version);
    }

    [Theory]
    [InlineData(false, TestModels.First)]
    [InlineData(true, TestModels.Second)]
    public async Task Withdraw_ALaterRolloutTookTheSiteOver_LeadsToTheLastReleaseWhoseRolloutEndedWell(bool ended, string version)
    {
        BadRelease.Write(_host.Settings.ModelsFolder);
        var began = TimeProvider.System.GetUtcNow();
        await Cloud.OfferAsync("there", TestModels.First);
        var (second, _) = await OfferAsync(TestModels.Second, began);
        if (ended)
        {
            var result = new RolloutResult(second.Task, second.Version, second.Package, RolloutResult.Completed, null, ["there"], [], [], began, began);
            await new PublishRolloutActivity(_host.Service<EventTopic>(), _host.Service<RolloutOrder>()).RunAsync(new("id", Cancelled), new("id", result));
        }

        var (third, _) = await OfferAsync(BadRelease.Version, began.AddSeconds(1));
        Assert.False(await _host.Service<SiteFolders>().WithdrawAsync("there", second.Task, second.Package, Cancelled)); // the earlier rollout ends, and the site is no longer its own
        Assert.True(await _host.Service<SiteFolders>().WithdrawAsync("there", third.Task, third.Package, Cancelled));

        Assert.Equal(version, (await Cloud.FolderAsync("there")).Tasks[TestModels.Task].Current.Version);
    }

    [Fact]
    public async Task Withdraw_NothingStoodBeforeButWhatIsOnTrial_LeadsThere()
    {
        var began = TimeProvider.System.GetUtcNow();
        await OfferAsync(TestModels.First, began);
        var (second, _) = await OfferAsync(TestModels.Second, began.AddSeconds(1));

        Assert.True(await _host.Service<SiteFolders>().WithdrawAsync("there", second.Task, second.Package, Cancelled));

        Assert.Equal(TestModels.First, (await Cloud.FolderAsync("there")).Tasks[TestModels.Task].Current.Version);
    }

    [Fact]
    public async Task Withdraw_ALaterRolloutOfTheSamePackageTookTheSiteOver_LeavesItThere()
    {
        var began = TimeProvider.System.GetUtcNow();
        await Cloud.OfferAsync("there", TestModels.First);
        var (group, pointer) = await OfferAsync(TestModels.Second, began);
        var (_, later) = await OfferAsync(TestModels.Second, TimeProvider.System.GetUtcNow());
        Assert.True(later.Sequence > pointer.Sequence);
        var withdraw = new WithdrawSitesActivity(_host.Service<SiteFolders>());

        Assert.Equal(0, await withdraw.RunAsync(new("id", Cancelled), group with { Sequences = new Dictionary<string, long?> { ["there"] = pointer.Sequence } }));

        var current = (await Cloud.FolderAsync("there")).Tasks[TestModels.Task].Current;
        Assert.Equal((group.Package, later.Sequence), (current.Manifest, current.Sequence));
        Assert.Equal(1, await withdraw.RunAsync(new("id", Cancelled), group with { Sequences = new Dictionary<string, long?> { ["there"] = later.Sequence } }));
        Assert.Equal(TestModels.First, (await Cloud.FolderAsync("there")).Tasks[TestModels.Task].Current.Version);
    }

    /// <summary>Points a site to a release, as a step of a rollout does.</summary>
    private async Task<(RolloutGroup Group, OfferedSite Pointer)> OfferAsync(string version, DateTimeOffset since)
    {
        var (_, address) = await _host.Service<PackageArchive>().EnsureAsync(TestModels.Task, version, withLead: false, Cancelled);
        var group = new RolloutGroup(TestModels.Task, version, address, since, ["there"]);
        return (group, Assert.Single(await _host.Service<SiteFolders>().OfferAsync(group, Cancelled)));
    }
}
