using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Understudy.Edge.Tests.Updates;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Rollouts;

namespace Understudy.Edge.Tests.Rollouts;

/// <summary>The workflow on the embedded engine, over Azurite, with real agents; a cloud of its own for each test.</summary>
public sealed class RolloutTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestHost _host = new("--Rollouts:PollSeconds=0.05", "--Rollouts:SoakMinutes=0");

    private Cloud Cloud => new(_host);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Rollout_ThreeSites_EachServesItAndTheCloudKnows()
    {
        await using var first = await SiteAsync("first");
        await using var second = await SiteAsync("second");
        await using var third = await SiteAsync("third");

        var result = await RolloutAsync(new { version = TestModels.Second });

        Assert.Equal(RolloutResult.Completed, result.Outcome);
        Assert.Equal(["first", "second", "third"], result.Updated.Order());
        Assert.All(new[] { first, second, third }, site => Assert.Equal(TestModels.Second, site.Status.Version));
        var list = await _host.Http.GetFromJsonAsync<JsonElement>($"/api/tasks/{TestModels.Task}/sites", Cancelled);
        Assert.All(list.GetProperty("sites").EnumerateArray(), site => Assert.Equal(TestModels.Second, site.GetProperty("status").GetProperty("version").GetString()));
        Assert.Equal(3, list.GetProperty("sites").GetArrayLength());
    }

    [Fact]
    public async Task Rollback_InTheCloud_BringsTheSitesBackToo()
    {
        await using var site = await SiteAsync("harbour");
        await Cloud.IntroduceAsync("lighthouse");
        await _host.Http.PostAsync($"/api/tasks/{TestModels.Task}/releases/{TestModels.Second}/promote", null, Cancelled);
        await RolloutAsync(new { sites = new[] { "harbour" } });
        Assert.Equal(TestModels.Second, site.Status.Version);
        await Eventually.TrueAsync(async () => (await _host.Service<SiteReports>().StatusAsync("harbour", TestModels.Task, Cancelled))?.Version == TestModels.Second, "the site has said so");

        using var response = await _host.Http.PostAsync($"/api/tasks/{TestModels.Task}/rollback", null, Cancelled);

        var list = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(TestModels.First, list.GetProperty("stable").GetString());
        var rollout = (await _host.Workflows.WaitAsync(list.GetProperty("rollout").GetString()!, Cancelled)).ReadOutput<RolloutResult>()!;
        Assert.Equal((RolloutResult.Completed, TestModels.First), (rollout.Outcome, site.Status.Version));
        Assert.Equal(["harbour"], rollout.Updated); // the other never served what was taken back
    }

    [Fact]
    public async Task Rollback_ToAReleaseWithoutStudents_BringsItsLeadAlong()
    {
        TestModels.WriteAlone(_host.Settings.ModelsFolder);
        await using var site = await SiteAsync("harbour");
        await PromoteAsync(TestModels.Alone);
        Assert.Equal(RolloutResult.Completed, (await RolloutAsync(new { })).Outcome);
        await PromoteAsync(TestModels.Second);
        await RolloutAsync(new { });
        Assert.False((await Cloud.PackageAsync("harbour")).Package.WithLead); // the one before had no choice
        await Eventually.TrueAsync(async () => (await Cloud.StatusAsync("harbour"))?.Version == TestModels.Second, "the site has said so");

        var list = await RollbackAsync();

        var result = (await _host.Workflows.WaitAsync(list.GetProperty("rollout").GetString()!, Cancelled)).ReadOutput<RolloutResult>()!;
        Assert.Equal((RolloutResult.Completed, TestModels.Alone), (result.Outcome, site.Status.Version));
        Assert.Equal("lead", (await site.AskAsync("your refund")).GetProperty("receipt").GetProperty("answeredBy").GetString());
    }

    [Fact]
    public async Task Rollout_NobodySaysWhetherTheLeadGoesAlong_DoesAsTheLastOne()
    {
        await using var site = await SiteAsync("harbour");
        Assert.False(await SentAsync(new { version = TestModels.Second }));
        Assert.True(await SentAsync(new { version = TestModels.First, withLead = true }));
        Assert.True(await SentAsync(new { version = TestModels.Second }));
        Assert.False(await SentAsync(new { version = TestModels.First, withLead = false }));
        Assert.False(await SentAsync(new { version = TestModels.Second }));

        async Task<bool> SentAsync(object request)
        {
            Assert.Equal(RolloutResult.Completed, (await RolloutAsync(request)).Outcome);
            return (await Cloud.PackageAsync("harbour")).Package.WithLead;
        }
    }

    [Fact]
    public async Task Rollout_ClockWasSetBack_IsNotHeldForAnEarlierOne()
    {
        await using var site = await SiteAsync("harbour");
        var ahead = TimeProvider.System.GetUtcNow().AddDays(1);
        Assert.True(await _host.Service<RolloutOrder>().IsLatestAsync(TestModels.Task, ahead, "another", Cancelled));

        Assert.Equal(RolloutResult.Completed, (await RolloutAsync(new { version = TestModels.Second })).Outcome);
        Assert.Equal(RolloutResult.Completed, (await RolloutAsync(new { version = TestModels.First })).Outcome);
        Assert.Equal(TestModels.First, site.Status.Version);
    }

    [Fact]
    public async Task Rollout_DefinitionChangedSinceTheReleaseWasPacked_ReachesTheSite()
    {
        await Cloud.IntroduceAsync("harbour");
        await using var site = await TestSite.StartAsync(_folder.At("harbour"), _host.Host.StorageConnection, "harbour", "--Edge:ReportSeconds=0.05", "--Edge:UploadBytesPerDay=0");
        await RolloutAsync(new { version = TestModels.Second });
        await site.AskAsync("your refund");
        Assert.Equal(1, site.Status.Counts.Queued);
        var (_, before) = await Cloud.PackageAsync("harbour");

        await Cloud.DefineAsync(TestModels.Second, "lessons", new JsonObject { ["keep"] = false });
        Assert.Equal(RolloutResult.Completed, (await RolloutAsync(new { version = TestModels.Second })).Outcome);
        await site.AskAsync("another refund");

        Assert.Equal((TestModels.Second, 1), (site.Status.Version, site.Status.Counts.Queued));
        var (_, after) = await Cloud.PackageAsync("harbour");
        Assert.NotEqual(before, after);
        await RolloutAsync(new { version = TestModels.Second });
        Assert.Equal(after, (await Cloud.PackageAsync("harbour")).Address);
    }

    [Fact]
    public async Task Offer_DefinitionChangedSinceTheRolloutBegan_PointsToThePackageThatItBeganWith()
    {
        var (_, address) = await _host.Service<PackageArchive>().EnsureAsync(TestModels.Task, TestModels.Second, withLead: false, Cancelled);
        await Cloud.DefineAsync(TestModels.Second, "lessons", new JsonObject { ["keep"] = false });
        Assert.NotEqual(address, (await _host.Service<PackageArchive>().EnsureAsync(TestModels.Task, TestModels.Second, withLead: false, Cancelled)).Address);

        var group = new RolloutGroup(TestModels.Task, TestModels.Second, address, TimeProvider.System.GetUtcNow(), ["there"]);
        Assert.Single(await _host.Service<SiteFolders>().OfferAsync(group, Cancelled));

        Assert.Equal(address, (await Cloud.PackageAsync("there")).Address);
    }

    [Fact]
    public async Task Rollback_SiteIsPointedToWhatIsTakenBackAndHasNotSaidSo_IsPointedBackAndTheRolloutOfThatEnds()
    {
        await Cloud.IntroduceAsync("harbour");
        await Cloud.IntroduceAsync("lighthouse");
        await PromoteAsync(TestModels.Second);
        var second = await StartAsync(new { });
        await Eventually.TrueAsync(async () => (await PointedAsync()).Count == 1, "the first site is pointed to the release");
        var (canary, other) = await PointedAsync() is ["harbour"] ? ("harbour", "lighthouse") : ("lighthouse", "harbour");
        var offered = (await Cloud.FolderAsync(canary)).Tasks[TestModels.Task].Current;

        var list = await RollbackAsync();

        Assert.Equal(JsonValueKind.String, list.GetProperty("rollout").ValueKind);
        await Eventually.TrueAsync(async () => (await Cloud.FolderAsync(canary)).Tasks[TestModels.Task].Current.Version == TestModels.First, "the site is pointed back");
        await Cloud.WriteStatusAsync(new()
        {
            Site = canary,
            Task = TestModels.Task,
            Sequence = offered.Sequence,
            Version = offered.Version,
            Package = offered.Manifest,
            At = TimeProvider.System.GetUtcNow(),
        });
        var result = (await _host.Workflows.WaitAsync(second, Cancelled)).ReadOutput<RolloutResult>()!;
        Assert.Equal((RolloutResult.Superseded, TestModels.Second), (result.Outcome, result.Version));
        Assert.Equal([canary], await PointedAsync());
        Assert.False((await _host.Blob("edge", SiteFolder.BlobOf(other)).ExistsAsync(Cancelled)).Value);

        async Task<List<string>> PointedAsync()
        {
            List<string> pointed = [];
            foreach (var site in new[] { "harbour", "lighthouse" })
            {
                if ((await _host.Blob("edge", SiteFolder.BlobOf(site)).ExistsAsync(Cancelled)).Value)
                {
                    pointed.Add(site);
                }
            }

            return pointed;
        }
    }

    [Fact]
    public async Task Rollback_NoSiteIsPointedToWhatIsTakenBack_EndsARolloutOfItAllTheSame()
    {
        await Cloud.IntroduceAsync("harbour");
        await PromoteAsync(TestModels.Second);
        var began = TimeProvider.System.GetUtcNow();

        var list = await RollbackAsync();

        var result = (await _host.Workflows.WaitAsync(list.GetProperty("rollout").GetString()!, Cancelled)).ReadOutput<RolloutResult>()!;
        Assert.Equal(RolloutResult.NoSites, result.Outcome);
        Assert.False(await _host.Service<RolloutOrder>().IsLatestAsync(TestModels.Task, began, "second", Cancelled));
    }

    [Fact]
    public async Task Rollout_SiteAwayAllTheTime_IsNotWaitedForAndCatchesUpOnReturn()
    {
        await using var there = await SiteAsync("there");
        await Cloud.IntroduceAsync("away");

        var result = await RolloutAsync(new { version = TestModels.Second, patienceMinutes = 0.2 });

        Assert.Equal(RolloutResult.Completed, result.Outcome);
        Assert.Equal(["there"], result.Updated);
        Assert.Equal(["away"], result.Away);
        await using var back = await SiteAsync("away");
        await back.ServesAsync(TestModels.Second);
    }

    [Fact]
    public async Task Rollout_SiteRefuses_PointsEverySiteBack()
    {
        await Cloud.OfferAsync("sound", TestModels.First);
        await using var sound = await SiteAsync("sound");
        await sound.ServesAsync(TestModels.First);
        await Cloud.IntroduceAsync("broken");
        await Cloud.WriteStatusAsync(new() { Site = "broken", Task = TestModels.Task, Refusal = new(long.MaxValue, null, null, "the self-test failed", false, TimeProvider.System.GetUtcNow()), At = TimeProvider.System.GetUtcNow() });

        var result = await RolloutAsync(new { version = TestModels.Second, canaryShare = 1 });

        Assert.Equal(RolloutResult.RolledBack, result.Outcome);
        Assert.Contains("the self-test failed", result.Reason);
        Assert.Equal("broken", Assert.Single(result.Failed).Site);
        Assert.Equal(TestModels.First, (await Cloud.FolderAsync("sound")).Tasks[TestModels.Task].Current.Version);
        await sound.ServesAsync(TestModels.First);
        Assert.Null((await Cloud.FolderAsync("broken")).Tasks[TestModels.Task].Current.Version);
    }

    [Fact]
    public async Task Rollout_CanaryRefuses_SendsNothingToTheOthers()
    {
        await Cloud.IntroduceAsync("late");
        await Cloud.IntroduceAsync("broken");
        await Cloud.WriteStatusAsync(new() { Site = "broken", Task = TestModels.Task, Refusal = new(long.MaxValue, null, null, "no room", false, TimeProvider.System.GetUtcNow()), At = TimeProvider.System.GetUtcNow() });

        var result = await RolloutAsync(new { version = TestModels.Second, canaryShare = 0.5 });

        Assert.Equal(RolloutResult.RolledBack, result.Outcome);
        Assert.False((await _host.Blob("edge", SiteFolder.BlobOf("late")).ExistsAsync(Cancelled)).Value);
    }

    [Fact]
    public async Task Rollout_SiteThatSaysNothingOfTasksAndIsNamedTwice_GetsItOnce()
    {
        await using var there = await SiteAsync("there");
        await _host.Blob("edge-reports", SiteFolder.PresenceBlob("there")).UploadAsync(new BinaryData("{}"), overwrite: true, Cancelled);

        Assert.Equal(["there"], await _host.Service<SiteReports>().SitesAsync(TestModels.Task, Cancelled));
        Assert.Equal(["there"], (await RolloutAsync(new { version = TestModels.Second, sites = new[] { "there", "there" } })).Updated);
    }

    [Fact]
    public async Task Rollout_NoSite_Ends()
    {
        Assert.Equal(RolloutResult.NoSites, (await RolloutAsync(new { })).Outcome);
    }

    [Fact]
    public async Task Rollout_HostStoppedInTheMiddle_GoesOnAndMovesThePointerOnce()
    {
        await Cloud.OfferAsync("there", TestModels.First);
        await Cloud.IntroduceAsync("there");
        var id = await StartAsync(new { version = TestModels.Second });
        await Eventually.TrueAsync(async () => (await Cloud.FolderAsync("there")).Tasks[TestModels.Task].Current.Version == TestModels.Second, "the site is pointed to the release");
        var offered = (await Cloud.FolderAsync("there")).Tasks[TestModels.Task];

        await _host.StopAsync();
        await _host.StartAsync();
        await using var there = await SiteAsync("there");
        var result = (await _host.Workflows.WaitAsync(id, Cancelled)).ReadOutput<RolloutResult>()!;

        Assert.Equal(RolloutResult.Completed, result.Outcome);
        Assert.Equal(offered, (await Cloud.FolderAsync("there")).Tasks[TestModels.Task]);
        Assert.Equal(TestModels.First, offered.Previous!.Version);
    }

    [Fact]
    public async Task Start_SameKeyTwice_IsOneRollout()
    {
        Assert.Equal(await StartAsync(new { }, "k"), await StartAsync(new { }, "k"));
        Assert.NotEqual(await StartAsync(new { }), await StartAsync(new { }));
    }

    [Theory]
    [InlineData("""{"version":"9.9"}""", HttpStatusCode.NotFound, "version")]
    [InlineData("""{"sites":["../b"]}""", HttpStatusCode.BadRequest, "sites")]
    [InlineData("""{"canaryShare":2}""", HttpStatusCode.BadRequest, "canaryShare")]
    [InlineData("""{"speed":1}""", HttpStatusCode.BadRequest, "speed")]
    public async Task Start_RequestThatIsWrong_IsAProblemWithItsField(string body, HttpStatusCode status, string field)
    {
        using var response = await _host.Http.PostAsync($"/api/tasks/{TestModels.Task}/rollouts", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancelled);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(field, (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("field").GetString());
    }

    /// <summary>An agent that has made itself known.</summary>
    private async Task<TestSite> SiteAsync(string name)
    {
        var site = await TestSite.StartAsync(_folder.At(name), _host.Host.StorageConnection, name, "--Edge:ReportSeconds=0.05");
        await Eventually.TrueAsync(async () => (await _host.Service<SiteReports>().PresenceAsync(name, Cancelled))?.StartedAt > DateTimeOffset.UnixEpoch, "the site made itself known");
        return site;
    }

    private async Task PromoteAsync(string version)
    {
        using var response = await _host.Http.PostAsync($"/api/tasks/{TestModels.Task}/releases/{version}/promote", null, Cancelled);
        response.EnsureSuccessStatusCode();
    }

    private async Task<JsonElement> RollbackAsync()
    {
        using var response = await _host.Http.PostAsync($"/api/tasks/{TestModels.Task}/rollback", null, Cancelled);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
    }

    private async Task<string> StartAsync(object request, string? key = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, $"/api/tasks/{TestModels.Task}/rollouts") { Content = JsonContent.Create(request) };
        if (key is not null)
        {
            message.Headers.Add("Idempotency-Key", key);
        }

        using var response = await _host.Http.SendAsync(message, Cancelled);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return response.Headers.Location!.OriginalString.Split('/')[^1];
    }

    private async Task<RolloutResult> RolloutAsync(object request)
    {
        var state = await _host.Workflows.WaitAsync(await StartAsync(request), Cancelled);
        Assert.True(state.Status == WorkflowStatus.Completed, state.Failure?.Message);
        return state.ReadOutput<RolloutResult>()!;
    }
}
