using System.Net;
using System.Net.Http.Json;
using Understudy.Edge.Releases;
using Understudy.Edge.Tests.Escalation;
using Understudy.Edge.Updates;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Rollouts;

namespace Understudy.Edge.Tests.Updates;

public sealed class RollBackTests : IAsyncLifetime
{
    private const string Third = "4.0.0";

    private readonly TemporaryFolder _folder = new();
    private readonly TestHost _host = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        BadRelease.Write(_host.Settings.ModelsFolder);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Infer_ReleaseFailsTooOften_TakesItBackTellsAndStaysThere()
    {
        var cloud = new Cloud(_host);
        await cloud.OfferAsync("quay", TestModels.First);
        await using var site = await TestSite.StartAsync(_folder.At("quay"), _host.Host.StorageConnection, "quay");
        await site.ServesAsync(TestModels.First);
        await cloud.OfferAsync("quay", BadRelease.Version);
        await site.ServesAsync(BadRelease.Version);

        List<HttpStatusCode> answered = [];
        for (var i = 0; i < ErrorWindow.LeastErrors + 2; i++)
        {
            using var response = await site.Http.PostAsJsonAsync("/infer", new { input = $"you win {BadRelease.Word}" }, Cancelled);
            answered.Add(response.StatusCode);
        }

        // The request that was one too many is answered by what served before, and so are those after it.
        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.ServiceUnavailable, ErrorWindow.LeastErrors - 1), .. Enumerable.Repeat(HttpStatusCode.OK, 3)], answered);
        Assert.Equal(TestModels.First, site.Status.Version);
        Assert.True(site.Status.Refusal!.RolledBack);
        Assert.Equal(BadRelease.Version, site.Status.Refusal.Version);
        await Eventually.TrueAsync(async () => (await cloud.StatusAsync("quay"))?.Refusal?.RolledBack == true, "the cloud hears of it");
        await site.LookAsync();
        Assert.Equal(TestModels.First, site.Status.Version);
    }

    [Fact]
    public async Task Infer_AnotherPackageOfTheVersionFailsTooOften_AnswersWithTheOneBefore()
    {
        await using var site = await TestSite.StartAsync(_folder.At("jetty"), _host.Host.StorageConnection, "jetty");
        var before = await ServeTwoPackagesOfOneVersionAsync(site, "jetty");

        List<HttpStatusCode> answered = [];
        for (var i = 0; i < ErrorWindow.LeastErrors + 1; i++)
        {
            using var response = await site.Http.PostAsJsonAsync("/infer", new { input = $"you win {BadRelease.Word}" }, Cancelled);
            answered.Add(response.StatusCode);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.ServiceUnavailable, ErrorWindow.LeastErrors - 1), HttpStatusCode.OK, HttpStatusCode.OK], answered);
        Assert.Equal((before, true, 2), (site.Status.Package, site.Status.Refusal!.RolledBack, site.Status.Counts.Answers));
    }

    [Fact]
    public async Task Judge_LateFailuresOfAnotherPackageOfTheVersion_AreLeftOut()
    {
        await using var site = await TestSite.StartAsync(_folder.At("slip"), _host.Host.StorageConnection, "slip");
        var before = await ServeTwoPackagesOfOneVersionAsync(site, "slip");
        var accounts = site.Service<TaskAccounts>();

        Assert.DoesNotContain(Enumerable.Range(0, 50), _ => accounts.Judge(TestModels.Task, before, failed: true));

        Assert.False(accounts.Judge(TestModels.Task, site.Status.Package!, failed: true));
    }

    [Fact]
    public async Task Infer_StudentFailsAndTheCloudAnswers_IsAnErrorAndNoAnswer()
    {
        await using var fake = await FakeCloud.StartAsync();
        await new Cloud(_host).OfferAsync("buoy", BadRelease.Version);
        await using var site = await TestSite.StartAsync(_folder.At("buoy"), _host.Host.StorageConnection, "buoy", $"--Edge:CloudUrl={fake.Url}");
        await site.ServesAsync(BadRelease.Version);

        for (var i = 0; i < 3; i++)
        {
            await site.AskAsync($"you win {BadRelease.Word}");
        }

        Assert.Equal((0, 3), (site.Status.Counts.Answers, site.Status.Counts.Errors));
        await site.AskAsync("you win");
        Assert.Equal((1, 3), (site.Status.Counts.Answers, site.Status.Counts.Errors));
    }

    [Fact]
    public async Task Infer_ReleaseFailsTooOftenAndTheDiskTakesNothing_AnswersWithTheOneBefore()
    {
        var cloud = new Cloud(_host);
        await using var site = await TestSite.StartAsync(_folder.At("dock"), _host.Host.StorageConnection, "dock");
        await cloud.OfferAsync("dock", TestModels.First);
        await site.ServesAsync(TestModels.First);
        await cloud.OfferAsync("dock", BadRelease.Version);
        await site.ServesAsync(BadRelease.Version);
        var memory = _folder.At("dock", "memory.json");
        File.Delete(memory);
        Directory.CreateDirectory(memory); // no file can take its place

        List<HttpStatusCode> answered = [];
        for (var i = 0; i < ErrorWindow.LeastErrors + 1; i++)
        {
            using var response = await site.Http.PostAsJsonAsync("/infer", new { input = $"you win {BadRelease.Word}" }, Cancelled);
            answered.Add(response.StatusCode);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.ServiceUnavailable, ErrorWindow.LeastErrors - 1), HttpStatusCode.OK, HttpStatusCode.OK], answered);
        Assert.Equal(TestModels.First, site.Status.Version);
        Assert.True(site.Status.Refusal!.RolledBack);
    }

    [Fact]
    public async Task Look_TheDiskTakesNothing_GoesOnServingAndUpdatesWhenItDoes()
    {
        var cloud = new Cloud(_host);
        await using var site = TestSite.Build(_folder.At("mole"), _host.Host.StorageConnection, "mole");
        await cloud.OfferAsync("mole", TestModels.First);
        await site.LookAsync();
        var memory = _folder.At("mole", "memory.json");
        File.Delete(memory);
        Directory.CreateDirectory(memory);
        await cloud.OfferAsync("mole", TestModels.Second);

        var error = await Record.ExceptionAsync(site.LookAsync);

        Assert.True(error is IOException or UnauthorizedAccessException);
        Assert.Equal(1, site.Service<SiteUpdater>().Unsettled.Looks); // and a pause follows, since what came over the line came in vain
        Assert.Equal((TestModels.First, site.Status.Package), (site.Status.Version, site.Service<SiteReleases>().PackageOf(TestModels.Task)));
        Directory.Delete(memory);
        await site.LookAsync();
        Assert.Equal((await cloud.PackageAsync("mole")).Address, site.Service<SiteReleases>().PackageOf(TestModels.Task));
    }

    [Fact]
    public async Task RollBack_TheCloudLedTheSiteBack_LeavesWhatServes()
    {
        var cloud = new Cloud(_host);
        await using var site = TestSite.Build(_folder.At("pier"), _host.Host.StorageConnection, "pier");
        await cloud.OfferAsync("pier", TestModels.First);
        await site.LookAsync();
        await cloud.OfferAsync("pier", BadRelease.Version);
        await site.LookAsync();
        Assert.Equal(BadRelease.Version, site.Status.Version);
        var (_, address) = await cloud.PackageAsync("pier");
        Assert.True(await _host.Service<SiteFolders>().WithdrawAsync("pier", TestModels.Task, address, Cancelled));
        await site.LookAsync();

        var rolledBack = await site.Service<ReleaseSwap>().RollBackAsync(TestModels.Task, site.Status.Package!, "too many inputs failed", Cancelled);

        Assert.False(rolledBack);
        Assert.Equal(TestModels.First, site.Status.Version);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RollBack_TheCloudLedTheSiteBackWhileItWasAway_GoesBackToWhatWasBefore(bool throughAnother)
    {
        var cloud = new Cloud(_host);
        await using var site = TestSite.Build(_folder.At("weir"), _host.Host.StorageConnection, "weir");
        await cloud.OfferAsync("weir", TestModels.First);
        await site.LookAsync();
        await cloud.OfferAsync("weir", BadRelease.Version);
        await site.LookAsync();
        var (_, address) = await cloud.PackageAsync("weir");
        Assert.True(await _host.Service<SiteFolders>().WithdrawAsync("weir", TestModels.Task, address, Cancelled));
        if (throughAnother)
        {
            WriteThird();
            await cloud.OfferAsync("weir", Third);
        }

        await cloud.OfferAsync("weir", TestModels.Second);
        await site.LookAsync();
        Assert.Equal(TestModels.Second, site.Status.Version);

        Assert.True(await site.Service<ReleaseSwap>().RollBackAsync(TestModels.Task, site.Status.Package!, "too many inputs failed", Cancelled));

        Assert.Equal(TestModels.First, site.Status.Version);
    }

    /// <summary>Of the bad release: the first reads two words of an input, and never the one that fails.</summary>
    /// <returns>The address of the first; the second serves.</returns>
    private async Task<string> ServeTwoPackagesOfOneVersionAsync(TestSite site, string name)
    {
        var cloud = new Cloud(_host);
        List<string> packages = [];
        foreach (var compression in new[] { "head:2", null })
        {
            await cloud.DefineAsync(BadRelease.Version, "compression", compression);
            await cloud.OfferAsync(name, BadRelease.Version);
            packages.Add((await cloud.PackageAsync(name)).Address);
            await Eventually.TrueAsync(() => Task.FromResult(site.Service<SiteReleases>().PackageOf(TestModels.Task) == packages[^1]), "the package serves");
        }

        return packages[0];
    }

    private void WriteThird()
    {
        var (from, to) = (Path.Combine(_host.Settings.ModelsFolder, TestModels.Task, TestModels.Second), Path.Combine(_host.Settings.ModelsFolder, TestModels.Task, Third));
        Directory.CreateDirectory(to);
        foreach (var model in (string[])["student.bin", "lead.bin"])
        {
            File.Copy(Path.Combine(from, model), Path.Combine(to, model));
        }

        using var lease = _host.Service<ReleaseCatalog>().Acquire(TestModels.Task, TestModels.Second);
        ReleaseWriter.Write(to, lease.Release.Manifest with { Version = Third });
    }
}
