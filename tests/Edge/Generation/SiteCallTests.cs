using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Edge.Escalation;
using Understudy.Edge.Releases;
using Understudy.Edge.Reports;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Tests;
using Understudy.Workflows.Rollouts;

namespace Understudy.Edge.Tests.Generation;

/// <summary>A task whose answers are calls at a site: its tagger answers what it is sure of, and its lead is in the cloud.</summary>
public sealed class SiteCallTests : IAsyncLifetime
{
    /// <summary>As the tagger has learned it, and as it has not.</summary>
    private const string Known = "please call anna now", Unknown = "i want to message xenia at midnight";

    private readonly TestHost _host = new() { More = models => TaggedCalls.WriteAsync(models, threshold: 0.95, leadKnows: false) };
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Infer_NoNetwork_TheTaggerAnswersWhatItIsSureOfAndTheRestIsKept()
    {
        await using var site = await ServingAsync();
        await _host.StopAsync();

        var sure = await site.AskAsync(Known);
        var unsure = await site.AskAsync(Unknown);
        var chat = await ChatAsync(site, Known);

        Assert.Equal("""{"intent":"Call","slots":{"person":"anna"}}""", sure.GetProperty("completion").GetString());
        Assert.Equal(("tagger", false), AnsweredBy(sure));
        Assert.InRange(sure.GetProperty("receipt").GetProperty("saving").GetDouble(), 0.01, 1); // the lead's mean time is known
        Assert.Equal(sure.GetProperty("completion").GetString(), chat);
        Assert.True(FunctionCall.TryParse(unsure.GetProperty("completion").GetString()!, out _));
        Assert.True(AnsweredBy(unsure).Degraded);
        var waiting = Assert.Single(site.Service<EscalationQueue>().Hardest(TaggedCalls.Task));
        Assert.Equal((Unknown, unsure.GetProperty("completion").GetString()), (waiting.Text, waiting.Label));
        var files = Directory.EnumerateFiles(_folder.At("site"), "*.onnx", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)).Distinct().Order();
        Assert.Equal(["draft.int8.onnx", "tagger.int8.onnx"], files);
    }

    [Fact]
    public async Task Infer_CloudIsThere_ItsLeadWritesWhatTheTaggerIsNotSureOf()
    {
        await using var site = await ServingAsync($"--Edge:CloudUrl={_host.Host.Url}");

        var answer = await site.AskAsync(Unknown);

        var cloud = await (await _host.Http.PostAsJsonAsync($"api/tasks/{TaggedCalls.Task}/infer", new { input = Unknown }, Cancelled)).Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        Assert.Equal(("lead", false), AnsweredBy(answer));
        Assert.Equal(cloud.GetProperty("completion").GetString(), answer.GetProperty("completion").GetString());
        Assert.Equal(1, site.Service<StatusReporter>().StatusOf(TaggedCalls.Task).Counts.Escalated);
    }

    [Fact]
    public async Task Infer_NoStudentCanReadTheInputs_TheReleaseIsNotTakenBack()
    {
        await using var site = await ServingAsync();
        WriteRelease("alone", tier => tier.Name != "draft");
        await OfferAsync("alone");
        await site.LookAsync();
        var unreadable = string.Join(' ', Enumerable.Repeat("a word too many", 40));

        for (var i = 0; i < ErrorWindow.LeastErrors + 2; i++)
        {
            using var response = await site.Http.PostAsJsonAsync("/infer", new { input = unreadable }, Cancelled);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        }

        var status = site.Service<StatusReporter>().StatusOf(TaggedCalls.Task);
        Assert.Equal(("alone", null, 0), (status.Version, status.Refusal, status.Counts.Errors));
        Assert.Equal(("tagger", false), AnsweredBy(await site.AskAsync(Known)));
    }

    [Fact]
    public async Task Pack_ReleaseWithoutStudents_AsksForTheLead()
    {
        WriteRelease("alone", tier => tier.Role == "lead");

        var error = await Assert.ThrowsAsync<PackageInvalidException>(() => PackageWriter.PackAsync(_host.Service<ReleaseCatalog>(), TaggedCalls.Task, "alone", withLead: false, Cancelled));

        Assert.Contains("send its lead along", error.Message);
    }

    private async Task<TestSite> ServingAsync(params string[] args)
    {
        await OfferAsync(TaggedCalls.Version);
        var site = await TestSite.StartAsync(_folder.At("site"), _host.Host.StorageConnection, "site", ["--Edge:PollSeconds=3600", .. args]);
        await Eventually.TrueAsync(
            () => Task.FromResult(site.Service<StatusReporter>().StatusOf(TaggedCalls.Task) is { Version: TaggedCalls.Version, SelfTest.Agreement: 1 }), "the release serves, and says what it said where it was packed");
        return site;
    }

    private async Task OfferAsync(string version)
    {
        var archive = _host.Service<PackageArchive>();
        var (list, address) = await archive.EnsureAsync(TaggedCalls.Task, version, withLead: false, Cancelled);
        await _host.Service<SiteFolders>().OfferAsync(
            "site", EdgePackage.Read(list, address), list, address, DateTimeOffset.MaxValue, hash => archive.ContentAsync(TaggedCalls.Task, version, hash, Cancelled), Cancelled);
    }

    /// <summary>A release with some of the tiers of the one that there is.</summary>
    private void WriteRelease(string version, Func<TierManifest, bool> has)
    {
        var catalog = _host.Service<ReleaseCatalog>();
        var (from, to) = (catalog.FolderOf(TaggedCalls.Task, TaggedCalls.Version), Path.Combine(catalog.ModelsFolder, TaggedCalls.Task, version));
        Directory.CreateDirectory(to);
        using var lease = catalog.Acquire(TaggedCalls.Task);
        var manifest = lease.Release.Manifest;
        List<TierManifest> tiers = [.. manifest.Tiers.Where(has)];
        foreach (var file in tiers.SelectMany(tier => new[] { tier.Model, tier.Tokenizer }).OfType<string>().Distinct())
        {
            File.Copy(Path.Combine(from, file), Path.Combine(to, file));
        }

        ReleaseWriter.Write(to, manifest with { Version = version, Tiers = tiers }, catalog.Keys.Signer);
    }

    private static async Task<string?> ChatAsync(TestSite site, string input)
    {
        using var response = await site.Http.PostAsJsonAsync("v1/chat/completions", new { model = TaggedCalls.Task, messages = new[] { new { role = "user", content = input } } }, Cancelled);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
    }

    private static (string? By, bool Degraded) AnsweredBy(JsonElement answer) =>
        (answer.GetProperty("receipt").GetProperty("answeredBy").GetString(), answer.GetProperty("receipt").GetProperty("degraded").GetBoolean());
}
