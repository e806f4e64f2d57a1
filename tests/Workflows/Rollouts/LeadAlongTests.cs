using System.Text;
using Microsoft.Extensions.Options;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Tests.Rollouts;

/// <summary>When the lead goes along, of a task with a release that has no students; a cloud of its own for each test.</summary>
public sealed class LeadAlongTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TestHost _host = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        TestModels.WriteAlone(_host.Settings.ModelsFolder);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Plan_ReleaseWithoutStudentsWasToldToTakeItsLead_TheNextOneDoesAsTheOneBefore()
    {
        Assert.True(await SentAsync(TestModels.Alone, new(WithLead: true), 0));

        Assert.False(await SentAsync(TestModels.Second, new(), 1));
    }

    [Fact]
    public async Task Plan_SomeSitesWereSentTheLead_OthersAreNotAfterwards()
    {
        Assert.True(await SentAsync(TestModels.First, new(WithLead: true, Sites: ["harbour"]), 0));
        Assert.False(await SentAsync(TestModels.Second, new(), 1));

        Assert.True(await SentAsync(TestModels.First, new(WithLead: true), 2));
        Assert.True(await SentAsync(TestModels.Second, new(), 3));
    }

    [Fact]
    public async Task Ensure_PackedWhenNothingAnsweredTheSamplesOfAReleaseWithoutStudents_IsPackedAnewAndFoundAllTheSame()
    {
        var archive = _host.Service<PackageArchive>();
        var packed = await PackageWriter.PackAsync(_host.Service<ReleaseCatalog>(), TestModels.Task, TestModels.Alone, withLead: true, Cancelled);
        var samples = Encoding.UTF8.GetBytes("""{"text":"you win","students":{}}""" + "\n");
        var old = packed.Package with { Files = [.. packed.Package.Files.Select(file => file.Name == EdgePackage.SamplesFile ? Described(samples) : file)] };
        await _host.Blob(BlobContainers.Releases, $"{PackageArchive.Folder(TestModels.Task, TestModels.Alone)}/package-with-lead.json").UploadAsync(new BinaryData(old.Write()), Cancelled);

        var (_, address) = await archive.EnsureAsync(TestModels.Task, TestModels.Alone, withLead: true, Cancelled);

        Assert.Equal(packed.Address, address);
        Assert.Equal(address, (await archive.EnsureAsync(TestModels.Task, TestModels.Alone, withLead: true, Cancelled)).Address);
        var begun = await archive.FindAsync(TestModels.Task, TestModels.Alone, EdgePackage.AddressOf(old.Write()), Cancelled);
        Assert.Equal(old.Write(), begun.List);
    }

    private async Task<bool> SentAsync(string version, RolloutSettings settings, int minute)
    {
        var plan = new PlanRolloutActivity(
            _host.Service<PackageArchive>(), _host.Service<SiteFolders>(), _host.Service<RolloutOrder>(), _host.Service<SiteReports>(), Options.Create(new RolloutOptions()), TimeProvider.System);
        var planned = await plan.RunAsync(new($"plan-{minute}", Cancelled), new(TestModels.Task, version, settings, Noon.AddMinutes(minute)));
        Assert.Null(planned.Problem);
        var (_, package) = await _host.Service<PackageArchive>().FindAsync(TestModels.Task, version, planned.Package, Cancelled);
        Assert.Equal(package.WithLead, planned.Settings.WithLead);
        return package.WithLead;
    }

    private static PackageFile Described(byte[] content) =>
        new(EdgePackage.SamplesFile, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)), content.Length, BlockCutter.Cut(content));
}
