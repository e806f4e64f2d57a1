using System.Text.Json;
using Understudy.Edge.Escalation;
using Understudy.Edge.Reports;
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
    public async Task Upload_LineSwallowsEverything_UsesUpTheDaysBytesOnceAndSendsTheSame()
    {
        await using var site = Site();
        var (queue, examples, budget) = (site.Service<EscalationQueue>(), site.Service<HardExamples>(), site.Service<UploadBudget>());
        queue.Add(Waiting("first"));
        _storage.Swallows = true;
        await SwallowedAsync(examples);
        var left = budget.Left;
        queue.Add(Waiting("second")); // came meanwhile
        await SwallowedAsync(examples);
        Assert.InRange(left, 1, new EdgeOptions().UploadBytesPerDay - 1);
        Assert.Equal(left, budget.Left);

        _storage.Swallows = false;
        Assert.Equal(1, await examples.UploadAsync(TestModels.Task, Cancelled));

        Assert.Equal(left, budget.Left);
        Assert.Contains("first", Assert.Single(_storage.Blobs).Value);
        Assert.Equal("second", Assert.Single(queue.Hardest(TestModels.Task)).Text);
        Assert.Equal(1, await examples.UploadAsync(TestModels.Task, Cancelled));
        Assert.True(budget.Left < left);
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

    private TestSite Site(params string[] args) => TestSite.Build(_folder.At("site"), _storage.ConnectionString, "site", args);

    private static QueuedInput Waiting(string text) => new(Guid.NewGuid().ToString("N"), TestModels.Task, text, "ham", 0.5, TestModels.First, DateTimeOffset.UnixEpoch);
}
