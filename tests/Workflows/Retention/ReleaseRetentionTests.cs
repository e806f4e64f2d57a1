using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retention;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Rollouts;
using Understudy.Workflows.Tests.Retraining;

namespace Understudy.Workflows.Tests.Retention;

/// <summary>Releases 1.0.0 (stable) to 6.0.0, each a day younger than the one before.</summary>
public sealed class ReleaseRetentionTests : IAsyncLifetime
{
    private const string Site = "harbour";

    private readonly TestHost _host = new("--Retraining:Automatic=false");

    private ReleaseCatalog Catalog => _host.Service<ReleaseCatalog>();

    public async ValueTask InitializeAsync()
    {
        await _host.InitializeAsync();
        for (var version = 3; version <= 6; version++)
        {
            WriteRelease($"{version}.0.0", DateTimeOffset.UnixEpoch.AddDays(version));
        }
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Prune_SitesNameReleases_TheseStay()
    {
        await OfferAsync("2.0.0");
        await OfferAsync("3.0.0");
        await ReportAsync(new() { Site = "ferry", Task = TestModels.Task, Version = "4.0.0" });

        var report = await PruneAsync(_host.Service<ReleaseRetention>(), keep: 1);

        Assert.Equal(
            [("6.0.0", "one of the 1 newest"), ("4.0.0", "site ferry names it"), ("3.0.0", "site harbour names it"), ("2.0.0", "site harbour names it"), ("1.0.0", "stable points to it")],
            report.Releases.Where(release => !release.Removed).OrderByDescending(release => release.Version).Select(release => (release.Version, release.Reason)));
        Assert.Equal(["1.0.0", "2.0.0", "3.0.0", "4.0.0", "6.0.0"], Versions());
    }

    [Fact]
    public async Task Prune_PackagesThatNobodyPointsTo_GoAfterADayAndTheOthersStayWhole()
    {
        await OfferAsync("2.0.0");
        await OfferAsync("3.0.0");
        await OfferAsync("4.0.0");
        var before = await BlobsAsync(BlobContainers.Edge);

        Assert.DoesNotContain((await PruneAsync(_host.Service<ReleaseRetention>(), keep: 1)).Packages, package => package.Removed);
        Assert.Equal(before, await BlobsAsync(BlobContainers.Edge));
        var dry = await Later().PruneAsync(TestModels.Task, 1, dryRun: true, TestContext.Current.CancellationToken);
        Assert.Equal(before, await BlobsAsync(BlobContainers.Edge));
        var report = await PruneAsync(Later(), keep: 1);

        Assert.Equal(dry.Packages, report.Packages);
        var gone = report.Packages.Where(package => package.Removed).ToList();
        Assert.Equal(["nobody points to it", "2 files that no package has", "its release is gone"], gone.Select(package => package.Reason));
        Assert.Equal($"{BlobContainers.Releases}/mail/2.0.0/edge/", gone[^1].Place);
        Assert.DoesNotContain(await BlobsAsync(BlobContainers.Releases), name => name.StartsWith("mail/2.0.0/edge/", StringComparison.Ordinal));
        Assert.Contains(await BlobsAsync(BlobContainers.Releases), name => name.StartsWith("mail/3.0.0/edge/", StringComparison.Ordinal));
        var left = await BlobsAsync(BlobContainers.Edge);
        Assert.Equal(before.Count - 3, left.Count);
        foreach (var address in await NamedAsync())
        {
            var list = (await _host.Blob(BlobContainers.Edge, SiteFolder.PackageBlob(Site, address)).DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content;
            Assert.All(EdgePackage.Read(list.ToMemory().Span, address).Files, file => Assert.Contains(SiteFolder.FileBlob(Site, file.Sha256), left));
        }
    }

    [Fact]
    public async Task Prune_SiteThatCannotBeRead_RemovesNothing()
    {
        await _host.Blob(BlobContainers.Edge, SiteFolder.BlobOf(Site)).UploadAsync(new BinaryData("{"), TestContext.Current.CancellationToken);

        using var answer = await _host.Http.PostAsJsonAsync("api/tasks/mail/releases/prune", new { keep = 1 }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Contains("edge/harbour/site.json", (await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("detail").GetString());
        Assert.Equal(6, Versions().Count);
    }

    [Fact]
    public async Task Prune_MoreRunsThanAreListed_RemovesNothing()
    {
        var retention = new ReleaseRetention(
            Catalog, _host.Blobs, _host.Service<SiteFolders>(), _host.Service<SiteReports>(), new Crowd(), TimeProvider.System, NullLogger<ReleaseRetention>.Instance);

        var error = await Assert.ThrowsAsync<RetentionBlockedException>(() => PruneAsync(retention, keep: 1));

        Assert.Contains("10000", error.Message);
        Assert.Equal(6, Versions().Count);
    }

    [Fact]
    public async Task ForgetInputs_MoreRunsThanAreListed_KeepsThemAll()
    {
        var input = _host.Blobs.GetBlobContainerClient(BlobContainers.Work).GetBlobClient("inputs/one.json");
        await input.UploadAsync(new BinaryData("{}"), TestContext.Current.CancellationToken);

        await new RunRetention(_host.Blobs, new Crowd()).ForgetInputsAsync(DateTimeOffset.MaxValue, TestContext.Current.CancellationToken);

        Assert.True(await input.ExistsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Prune_OverHttp_SaysWhatGoes()
    {
        using var answer = await _host.Http.PostAsJsonAsync("api/tasks/mail/releases/prune", new { keep = 4, dryRun = true }, TestContext.Current.CancellationToken);
        using var wrong = await _host.Http.PostAsJsonAsync("api/tasks/mail/releases/prune", new { keep = 0 }, TestContext.Current.CancellationToken);
        using var unknown = await _host.Http.PostAsJsonAsync("api/tasks/nothing/releases/prune", new { }, TestContext.Current.CancellationToken);

        var report = (await answer.Content.ReadFromJsonAsync<RetentionReport>(DurableJson.Options, TestContext.Current.CancellationToken))!;
        Assert.Equal("2.0.0", Assert.Single(report.Releases, release => release.Removed).Version);
        Assert.Equal(6, Versions().Count);
        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.NotFound), (wrong.StatusCode, unknown.StatusCode));
    }

    [Fact]
    public async Task Retrain_NewReleaseServes_OldOnesGoButWhatARunDependsOnStays()
    {
        await _host.Blob(BlobContainers.TeacherOutputs, "mail/lessons.jsonl").UploadAsync(new BinaryData(TestLessons.Jsonl(TestLessons.Make(2000))), TestContext.Current.CancellationToken);
        await _host.Workflows.StartAsync(WorkflowNames.Retrain, new(TestModels.Task, "3.0.0", true, "test", RetrainSettings.From(new() { ApprovalHours = 1 })), "retrain-waits", TestContext.Current.CancellationToken);
        await Eventually.UntilAsync(
            () => _host.Workflows.GetAsync("retrain-waits", TestContext.Current.CancellationToken), state => state!.ReadStatus<RetrainProgress>()?.Stage == "approval", "a run waits for approval");
        await Catalog.PromoteAsync(TestModels.Task, "4.0.0", TestContext.Current.CancellationToken);

        await _host.Workflows.StartAsync(WorkflowNames.Retrain, new(TestModels.Task, "4.0.0", true, "test", RetrainSettings.From(new() { KeepReleases = 1 })), "retrain-now", TestContext.Current.CancellationToken);
        var result = (await _host.Workflows.WaitAsync("retrain-now", TestContext.Current.CancellationToken)).ReadOutput<RetrainResult>()!;

        Assert.True(result.Accepted, string.Join(' ', result.Reasons));
        Assert.Equal((result.Version, "4.0.0"), (Catalog.Channel(TestModels.Task, "stable"), Catalog.Channel(TestModels.Task, "previous")));
        Assert.Equal(["3.0.0", "4.0.0", result.Version], Versions());
    }

    private static async Task<RetentionReport> PruneAsync(ReleaseRetention retention, int keep) =>
        await retention.PruneAsync(TestModels.Task, keep, dryRun: false, TestContext.Current.CancellationToken);

    /// <summary>The same two days on.</summary>
    private ReleaseRetention Later() => new(
        Catalog, _host.Blobs, _host.Service<SiteFolders>(), _host.Service<SiteReports>(), _host.Workflows, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(2)), NullLogger<ReleaseRetention>.Instance);

    private async Task OfferAsync(string version)
    {
        var (_, address) = await _host.Service<PackageArchive>().EnsureAsync(TestModels.Task, version, withLead: false, TestContext.Current.CancellationToken);
        await _host.Service<SiteFolders>().OfferAsync(new(TestModels.Task, version, address, TimeProvider.System.GetUtcNow(), [Site]), TestContext.Current.CancellationToken);
        await _host.Service<RolloutOrder>().EndAsync(TestModels.Task, DateTimeOffset.MaxValue, address, TestContext.Current.CancellationToken);
    }

    private Task ReportAsync(SiteStatus status) => _host.Blob(BlobContainers.EdgeReports, SiteFolder.StatusBlob(status.Site, status.Task))
        .UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(status, SiteJson.Options)), overwrite: true, TestContext.Current.CancellationToken);

    private async Task<IReadOnlyList<string>> NamedAsync()
    {
        var channel = SiteFolder.Read((await _host.Blob(BlobContainers.Edge, SiteFolder.BlobOf(Site)).DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content.ToMemory().Span).Tasks[TestModels.Task];
        return [channel.Current.Manifest!, channel.Previous!.Manifest!];
    }

    private async Task<List<string>> BlobsAsync(string container)
    {
        List<string> names = [];
        await foreach (var blob in _host.Blobs.GetBlobContainerClient(container).GetBlobsAsync(BlobTraits.None, BlobStates.None, null, TestContext.Current.CancellationToken))
        {
            names.Add(blob.Name);
        }

        return names;
    }

    private List<string> Versions() => [.. Catalog.List(TestModels.Task).Select(release => release.Version).Order(StringComparer.Ordinal)];

    private void WriteRelease(string version, DateTimeOffset createdAt)
    {
        var (from, to) = (Path.Combine(Catalog.ModelsFolder, TestModels.Task, TestModels.First), Path.Combine(Catalog.ModelsFolder, TestModels.Task, version));
        Directory.CreateDirectory(to);
        foreach (var file in new[] { "student.bin", "lead.bin" })
        {
            File.Copy(Path.Combine(from, file), Path.Combine(to, file));
        }

        using var lease = Catalog.Acquire(TestModels.Task, TestModels.First);
        ReleaseWriter.Write(to, lease.Release.Manifest with { Version = version, CreatedAt = createdAt });
    }

    /// <summary>An engine with as many runs as anybody asks for.</summary>
    private sealed class Crowd : IWorkflowClient
    {
        public Task<IReadOnlyList<WorkflowState>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<WorkflowState>>(
            [.. Enumerable.Range(0, query.Limit).Select(i => new WorkflowState($"infer-{i}", WorkflowNames.Infer.Value, query.Status!.Value, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch))]);

        public Task<string> StartAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TIn input, string? instanceId = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<WorkflowState?> GetAsync(string instanceId, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<WorkflowState> WaitAsync(string instanceId, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task RaiseEventAsync<T>(string instanceId, string eventName, T payload, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task TerminateAsync(string instanceId, string reason, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<bool> PurgeAsync(string instanceId, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
