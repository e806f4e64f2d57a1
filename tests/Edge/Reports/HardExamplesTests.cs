using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Options;
using Understudy.Edge.Escalation;
using Understudy.Edge.Reports;
using Understudy.Edge.Updates;
using Understudy.Inference.Sites;
using Understudy.Tests;

namespace Understudy.Edge.Tests.Reports;

/// <summary>What a site sends up of what its students were not sure of, to a storage of the test's.</summary>
public sealed class HardExamplesTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private FakeStorage _storage = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _storage = await FakeStorage.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(false, "4711081599 of anna@example.org")]
    [InlineData(true, "<number> of <address>")]
    public async Task Upload_TaskSaysWhetherToRedact_TextAndAnswerAreAsItSays(bool redact, string sent)
    {
        await using var site = Site();
        site.Service<EscalationQueue>().Add(Waiting("4711081599 of anna@example.org") with { Label = "4711081599 of anna@example.org", Redact = redact });

        Assert.Equal(1, await site.Service<HardExamples>().UploadAsync(TestModels.Task, Cancelled));

        var line = JsonDocument.Parse(Assert.Single(_storage.Blobs).Value).RootElement;
        Assert.Equal((sent, sent), (line.GetProperty("text").GetString(), line.GetProperty("student").GetProperty("label").GetString()));
    }

    [Fact]
    public void Read_EntryOfAnOlderAgent_IsRedacted() => Assert.True(JsonSerializer.Deserialize<QueuedInput>(
        """{"id":"1","task":"mail","text":"a","label":"ham","confidence":0.5,"release":"1.0.0","at":"2026-01-02T00:00:00+00:00"}""", SiteJson.Options)!.Redact);

    [Fact]
    public async Task Upload_SeveralBrokeOff_SendsTheSameAfterAPauseAndTakesEachAttemptOffTheDaysBytes()
    {
        await using var site = Site();
        var (queue, budget, time) = (site.Service<EscalationQueue>(), site.Service<UploadBudget>(), new SetClock());
        var examples = Examples(site, site.Service<SiteStore>(), budget, time);
        queue.Add(Waiting("first"));
        queue.Add(Waiting("also first"));
        _storage.Swallows = true;
        await SwallowedAsync(examples);
        var left = budget.Left;
        var attempt = new EdgeOptions().UploadBytesPerDay - left;
        Assert.InRange(attempt, 1, 1000);
        queue.Add(Waiting("second")); // came meanwhile
        _storage.Swallows = false;
        Assert.Equal(0, await examples.UploadAsync(TestModels.Task, Cancelled)); // it is too early
        Assert.Equal(left, budget.Left);
        time.Pass(TimeSpan.FromSeconds(0.06));

        Assert.Equal(2, await examples.UploadAsync(TestModels.Task, Cancelled));

        Assert.Equal(left - attempt, budget.Left);
        Assert.Contains("first", Assert.Single(_storage.Blobs).Value);
        Assert.Equal("second", Assert.Single(queue.Hardest(TestModels.Task)).Text);
        Assert.Equal(1, await examples.UploadAsync(TestModels.Task, Cancelled));
        Assert.True(budget.Left < left - attempt);
    }

    [Fact]
    public async Task Upload_ManyHarderOnesDoNotFit_SendsTheOneThatDoes()
    {
        await using var site = Site();
        var folder = Directory.CreateDirectory(Path.Combine(_folder.At("site"), "queue", TestModels.Task)).FullName;
        for (var i = 0; i < 1001; i++)
        {
            var entry = Waiting(new string('a', 2_000)) with { Id = $"{i}" };
            await File.WriteAllBytesAsync(Path.Combine(folder, $"0.500000-{i}.json"), JsonSerializer.SerializeToUtf8Bytes(entry, SiteJson.Options), Cancelled);
        }

        site.Service<EscalationQueue>().Add(Waiting("short") with { Confidence = 0.9 });
        var (line, time) = (new SlowLine(64 << 10), new SetClock());
        var examples = line.Examples(site, new UploadBudget(_folder.At("budget"), 1_000, time), time);

        Assert.Equal(1, await examples.UploadAsync(TestModels.Task, Cancelled));

        Assert.Equal(1001, site.Service<EscalationQueue>().Count(TestModels.Task));
    }

    [Fact]
    public async Task Upload_NoTokenCanBeHad_TakesNothingOffTheDaysBytes()
    {
        await using var site = Site();
        var (budget, time) = (site.Service<UploadBudget>(), new SetClock());
        var reports = new BlobContainerClient(new Uri("https://storage.example/edge-reports"), new NoToken(), new() { Retry = { MaxRetries = 0 } });
        var examples = Examples(site, new(reports, reports, "site"), budget, time);
        site.Service<EscalationQueue>().Add(Waiting("first"));

        await Assert.ThrowsAnyAsync<AuthenticationFailedException>(() => examples.UploadAsync(TestModels.Task, Cancelled));

        Assert.Equal(new EdgeOptions().UploadBytesPerDay, budget.Left);
    }

    [Fact]
    public async Task Upload_RecordsThatAreTooLongToGoWithOthers_TheShortestGoesFirst()
    {
        await using var site = Site();
        site.Service<EscalationQueue>().Add(Waiting(new string('a', 100_000)) with { Confidence = 0.1 });
        site.Service<EscalationQueue>().Add(Waiting(new string('a', 70_000)));
        var (line, time) = (new SlowLine(80_000), new SetClock());
        var examples = line.Examples(site, new UploadBudget(_folder.At("budget"), 2 << 20, time), time);

        Assert.Equal(1, await examples.UploadAsync(TestModels.Task, Cancelled));

        Assert.Equal(100_000, Assert.Single(site.Service<EscalationQueue>().Hardest(TestModels.Task)).Text.Length);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Upload_LineDropsAllPackets_IsTakenOffTheDaysBytesOnlyWhereAConnectionWasMade(bool connects, int attempts)
    {
        await using var site = Site();
        var (budget, time) = (site.Service<UploadBudget>(), new SetClock());
        using var line = StorageClients.Line();
        line.ConnectTimeout = TimeSpan.FromSeconds(connects ? 100 : 0.1);
        line.ConnectCallback = connects ? line.ConnectCallback : async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        };
        _storage.Swallows = true;
        var options = new BlobClientOptions { Transport = new HttpClientTransport(line), Retry = { MaxRetries = 0, NetworkTimeout = TimeSpan.FromSeconds(connects ? 0.5 : 100) } };
        var examples = Examples(site, new(new(_storage.ConnectionString, "edge", options), new(_storage.ConnectionString, "edge-reports", options), "site"), budget, time);
        site.Service<EscalationQueue>().Add(Waiting("first"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => examples.UploadAsync(TestModels.Task, Cancelled));

        Assert.InRange(new EdgeOptions().UploadBytesPerDay - budget.Left, attempts, attempts * 1000);
    }

    [Fact]
    public async Task Pump_MoreWaitsThanOneUploadTakes_SendsAll()
    {
        await using var site = Site();
        for (var i = 0; i < 10; i++)
        {
            site.Service<EscalationQueue>().Add(Waiting(new string('a', 30 << 10)));
        }

        await site.Service<EscalationPump>().PumpAsync(Cancelled);

        Assert.Equal(0, site.Service<EscalationQueue>().Count(TestModels.Task));
        Assert.InRange(_storage.Blobs.Count, 5, 10);
    }

    [Fact]
    public async Task Pump_MoreWaitsThanTheDaysBytes_EachTaskHasItsTurn()
    {
        await using var site = Site($"--Edge:UploadBytesPerDay={100 << 10}");
        foreach (var task in (string[])["mail", "post"])
        {
            for (var i = 0; i < 20; i++)
            {
                site.Service<EscalationQueue>().Add(Waiting(new string('a', 10 << 10)) with { Task = task });
            }
        }

        await site.Service<EscalationPump>().PumpAsync(Cancelled);

        Assert.Equal(["mail", "post"], _storage.Blobs.Keys.Select(path => path.Split('/')[4]).Distinct().Order());
    }

    [Fact]
    public async Task Pump_OneTaskHasARecordAsLongAsTheDaysBytes_OthersGoFirst()
    {
        await using var site = Site($"--Edge:UploadBytesPerDay={400 << 10}");
        site.Service<EscalationQueue>().Add(Waiting(new string('a', 350 << 10)) with { Task = "long" });
        for (var i = 0; i < 20; i++)
        {
            site.Service<EscalationQueue>().Add(Waiting(new string('a', 10 << 10)) with { Task = "short" });
        }

        await site.Service<EscalationPump>().PumpAsync(Cancelled);

        Assert.Equal(0, site.Service<EscalationQueue>().Count("short"));
        Assert.Equal(1, site.Service<EscalationQueue>().Count("long"));
    }

    [Fact]
    public async Task Upload_NothingIsLeftOfTheDaysBytes_ReadsNothing()
    {
        await using var site = Site("--Edge:UploadBytesPerDay=0");
        var entry = Path.Combine(_folder.At("site"), "queue", TestModels.Task, "0.000000-bad.json");
        Directory.CreateDirectory(Path.GetDirectoryName(entry)!);
        await File.WriteAllTextAsync(entry, "set aside where it is read", Cancelled);

        Assert.Equal(0, await site.Service<HardExamples>().UploadAsync(TestModels.Task, Cancelled));

        Assert.True(File.Exists(entry));
    }

    /// <summary>Patience ends once the storage has what it swallows.</summary>
    private async Task SwallowedAsync(HardExamples examples)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        _storage.OnSwallow = patience.Cancel;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => examples.UploadAsync(TestModels.Task, patience.Token));
    }

    private static HardExamples Examples(TestSite site, SiteStore store, UploadBudget budget, TimeProvider time) =>
        new(site.Service<EdgeSettings>(), store, site.Service<EscalationQueue>(), budget, site.Service<IOptions<EdgeOptions>>(), time);

    private TestSite Site(params string[] args) => TestSite.Build(_folder.At("site"), _storage.ConnectionString, "site", args);

    private sealed class NoToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new CredentialUnavailableException("none");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new CredentialUnavailableException("none");
    }

    internal static QueuedInput Waiting(string text) => new(Guid.NewGuid().ToString("N"), TestModels.Task, text, "ham", 0.5, TestModels.First, DateTimeOffset.UnixEpoch);
}
