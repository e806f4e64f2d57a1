using System.Text.Json;
using Microsoft.Extensions.Options;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Tests.Rollouts;

public sealed class PlanRolloutTests(TestHost host)
{
    [Fact]
    public async Task Plan_Sites_ThoseHeardOfLastAreFirst()
    {
        var now = TimeProvider.System.GetUtcNow();
        await WriteAsync(SiteFolder.StatusBlob("plan-a", TestModels.Task), Status("plan-a", now.AddHours(-9.5)));
        await WriteAsync(SiteFolder.StatusBlob("plan-b", TestModels.Task), Status("plan-b", now.AddHours(0.5)));
        await WriteAsync(SiteFolder.StatusBlob("plan-c", TestModels.Task), Status("plan-c", now.AddHours(-1.5)));
        await WriteAsync(SiteFolder.PresenceBlob("plan-d"), new SitePresence("plan-d", ["another"], now.AddHours(-4.5)));

        var planned = await Plan().RunAsync(
            new("plan", TestContext.Current.CancellationToken),
            new(TestModels.Task, TestModels.First, new(Sites: ["plan-a", "plan-silent", "plan-b", "plan-c", "plan-d"])));

        Assert.Null(planned.Problem);
        Assert.Equal(["plan-b", "plan-c", "plan-d", "plan-a", "plan-silent"], planned.Sites);
        Assert.Equal(1, planned.Canaries);
    }

    [Fact]
    public async Task Plan_ReleaseTakenBack_AlsoSitesPointedToItThatNeverReported()
    {
        var token = TestContext.Current.CancellationToken;
        var (_, address) = await host.Service<PackageArchive>().EnsureAsync(TestModels.Task, TestModels.Second, withLead: false, token);
        await host.Service<SiteFolders>().OfferAsync(new(TestModels.Task, TestModels.Second, address, TimeProvider.System.GetUtcNow(), ["never-heard-of"]), token);

        var planned = await Plan().RunAsync(new("plan", token), new(TestModels.Task, TestModels.First, new(Serving: TestModels.Second)));

        Assert.Contains("never-heard-of", planned.Sites);
        Assert.DoesNotContain("never-heard-of", (await Plan().RunAsync(new("plan", token), new(TestModels.Task, TestModels.First))).Sites);
    }

    private PlanRolloutActivity Plan() => new(
        host.Service<PackageArchive>(), host.Service<SiteFolders>(), host.Service<RolloutOrder>(), host.Service<SiteReports>(), Options.Create(new RolloutOptions()), TimeProvider.System);

    private static SiteStatus Status(string site, DateTimeOffset at) => new() { Site = site, Task = TestModels.Task, At = at };

    private Task WriteAsync<T>(string blob, T report) => host.Blob(BlobContainers.EdgeReports, blob).UploadAsync(
        new BinaryData(JsonSerializer.SerializeToUtf8Bytes(report, SiteJson.Options)), overwrite: true, TestContext.Current.CancellationToken);
}
