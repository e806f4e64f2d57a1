using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Intake;
using Understudy.Workflows.Quarantine;

namespace Understudy.Workflows.Tests.Intake;

/// <summary>On Azurite, over a container that nothing else watches.</summary>
public sealed class BlobReconcilerTests(QuietHost host) : IClassFixture<QuietHost>, IAsyncLifetime
{
    private const string Container = BlobContainers.EdgeReports;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly Reports _reports = new();

    public async ValueTask InitializeAsync()
    {
        await foreach (var blob in host.Blobs.GetBlobContainerClient(Container).GetBlobsAsync())
        {
            await host.Blob(Container, blob.Name).DeleteAsync();
        }

        await host.Blob(BlobContainers.Work, $"watermarks/{Container}.json").DeleteIfExistsAsync();
    }

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task Look_ABlobThatNoTriggerToldOf_IsTakenOnce()
    {
        await UploadAsync("site/one.jsonl");
        var reconciler = Reconciler();

        await reconciler.LookAsync(CancellationToken.None);
        await reconciler.LookAsync(CancellationToken.None);

        Assert.Equal(["site/one.jsonl"], _reports.Taken.Select(taken => taken.Blob));
    }

    [Fact]
    public async Task Look_Overwritten_IsTakenAgainAsAnother()
    {
        var reconciler = Reconciler();
        var first = await UploadAsync("site/one.jsonl");
        await reconciler.LookAsync(CancellationToken.None);
        var second = await UploadAsync("site/one.jsonl");
        await reconciler.LookAsync(CancellationToken.None);

        Assert.Equal([first.Trim('"'), second.Trim('"')], _reports.Taken.Select(taken => taken.ETag.Trim('"')));
    }

    [Fact]
    public async Task Look_AfterARestart_LooksAgainOnlyAtWhatMayHaveBeenMissed()
    {
        await UploadAsync("site/one.jsonl");
        await Reconciler().LookAsync(CancellationToken.None);
        await Reconciler().LookAsync(CancellationToken.None);
        Assert.Equal(2, _reports.Taken.Count); // within the overlap, where taking twice is one run

        _time.Advance(TimeSpan.FromHours(1));
        await MarkAsync(_time.GetUtcNow());
        await Reconciler().LookAsync(CancellationToken.None);

        Assert.Equal(2, _reports.Taken.Count);
    }

    [Fact]
    public async Task Look_DaysAfterTheLastBlob_TakesNothingAgainAfterARestart()
    {
        await UploadAsync("site/one.jsonl");
        await Reconciler().LookAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromDays(2));
        await Reconciler().LookAsync(CancellationToken.None);
        Assert.Equal(2, _reports.Taken.Count);

        await Reconciler().LookAsync(CancellationToken.None); // its run may be forgotten, and would begin anew

        Assert.Equal(2, _reports.Taken.Count);
    }

    [Fact]
    public async Task Look_TornWatermark_LooksAtEverything()
    {
        await UploadAsync("site/one.jsonl");
        await host.Blob(BlobContainers.Work, $"watermarks/{Container}.json").UploadAsync(new BinaryData("\"2026-01-0"), overwrite: true);

        await Reconciler().LookAsync(CancellationToken.None);

        Assert.Single(_reports.Taken);
    }

    [Fact]
    public async Task Look_WatermarkOfAWrongClock_LooksAtEverythingAndMovesItBack()
    {
        await MarkAsync(_time.GetUtcNow().AddYears(1));
        await UploadAsync("site/one.jsonl");
        _time.Advance(TimeSpan.FromMinutes(1));

        await Reconciler().LookAsync(CancellationToken.None);

        Assert.Single(_reports.Taken);
        Assert.InRange(await MarkedAsync(), _time.GetUtcNow().AddHours(-1), _time.GetUtcNow());
    }

    [Fact]
    public async Task Look_BlobAheadOfTheTime_IsTakenAndDoesNotMoveTheWatermark()
    {
        await UploadAsync("site/one.jsonl");
        await MarkAsync(DateTimeOffset.UtcNow.AddDays(-1));
        var behind = new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(-1));

        await Reconciler(behind).LookAsync(CancellationToken.None);

        Assert.Single(_reports.Taken);
        Assert.InRange(await MarkedAsync(), behind.GetUtcNow().AddDays(-2), behind.GetUtcNow());
    }

    [Fact]
    public async Task Look_NothingCanBeStarted_TriesAgainLaterAndThenSetsItAside()
    {
        _reports.Refuses = true;
        var etag = await UploadAsync("site/bad.jsonl");
        var id = BlobQuarantine.IdOf(Container, "site/bad.jsonl", etag);
        var reconciler = Reconciler();

        await reconciler.LookAsync(CancellationToken.None);
        await reconciler.LookAsync(CancellationToken.None);
        Assert.Equal(1, _reports.Asked);
        _time.Advance(TimeSpan.FromSeconds(1));
        await reconciler.LookAsync(CancellationToken.None);
        Assert.Equal(2, _reports.Asked);
        Assert.Null(await host.Service<BlobQuarantine>().FindAsync(id, CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(2));
        await reconciler.LookAsync(CancellationToken.None);

        Assert.Equal(3, _reports.Asked);
        Assert.Contains("nobody", (await host.Service<BlobQuarantine>().FindAsync(id, CancellationToken.None))!.Reason, StringComparison.Ordinal);
        await reconciler.LookAsync(CancellationToken.None);
        Assert.Equal(3, _reports.Asked);
    }

    [Fact]
    public async Task Look_OneBlobCannotBeSetAside_LooksAtThoseAfterItAndTriesAgain()
    {
        _reports.Refuses = true;
        _reports.IsFor = blob => blob == "site/a.jsonl";
        var first = await UploadAsync("site/a.jsonl");
        await UploadAsync("site/b.jsonl");
        var options = new BlobClientOptions();
        options.AddPolicy(new RefusedWrites(BlobQuarantine.IdOf(Container, "site/a.jsonl", first)), HttpPipelinePosition.BeforeTransport);
        using var reconciler = Reconciler(attempts: 1, quarantine: new(new BlobServiceClient(host.Host.StorageConnection, options), _time, NullLogger<BlobQuarantine>.Instance));

        await reconciler.LookAsync(CancellationToken.None);

        Assert.Equal(["site/b.jsonl"], _reports.Taken.Select(taken => taken.Blob));
        Assert.True(await host.Blob(Container, "site/a.jsonl").ExistsAsync(TestContext.Current.CancellationToken));
        _time.Advance(TimeSpan.FromMinutes(1));
        await reconciler.LookAsync(CancellationToken.None);
        Assert.Equal(3, _reports.Asked);

        // The mark does not wait for it, so that a host that starts anew takes nothing again; this one still tries it.
        _time.Advance(TimeSpan.FromDays(2));
        await reconciler.LookAsync(CancellationToken.None);
        await Reconciler().LookAsync(CancellationToken.None);
        Assert.Equal(["site/b.jsonl"], _reports.Taken.Select(taken => taken.Blob));
        _reports.Refuses = false;
        _time.Advance(TimeSpan.FromHours(1));
        await reconciler.LookAsync(CancellationToken.None);
        Assert.Equal(["site/b.jsonl", "site/a.jsonl"], _reports.Taken.Select(taken => taken.Blob));
    }

    [Fact]
    public async Task Look_OneBlobFailsInAWayThatNobodyExpected_LooksAtThoseAfterItAndFailsUntilItIsTaken()
    {
        _reports.Refuses = true;
        _reports.Refusal = new InvalidOperationException("Nobody expected this.");
        _reports.IsFor = blob => blob == "site/a.jsonl";
        await UploadAsync("site/a.jsonl");
        await UploadAsync("site/b.jsonl");
        using var reconciler = Reconciler(attempts: 1);

        for (var look = 0; look < 2; look++)
        {
            Assert.Same(_reports.Refusal, await Assert.ThrowsAsync<InvalidOperationException>(() => reconciler.LookAsync(CancellationToken.None)));
        }

        Assert.Equal(["site/b.jsonl"], _reports.Taken.Select(taken => taken.Blob));
        _time.Advance(TimeSpan.FromDays(2));
        _reports.Refuses = false;
        await reconciler.LookAsync(CancellationToken.None);
        Assert.Equal(["site/b.jsonl", "site/a.jsonl"], _reports.Taken.Select(taken => taken.Blob));
    }

    [Fact]
    public async Task Look_OneBlobWaits_IsNotForgottenByAHostThatStartsAnew()
    {
        _reports.Refuses = true;
        await UploadAsync("site/bad.jsonl");
        await Reconciler().LookAsync(CancellationToken.None);

        Assert.False(await host.Blob(BlobContainers.Work, $"watermarks/{Container}.json").ExistsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Watermark_MovedByAnotherHost_StandsAsThatOneLeftIt()
    {
        var (mine, other) = (new BlobWatermark(host.Blobs, Container), new BlobWatermark(host.Blobs, Container));
        var noon = new DateTimeOffset(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);
        await mine.ReadAsync(noon, CancellationToken.None);
        await other.ReadAsync(noon, CancellationToken.None);
        await other.AdvanceAsync(noon, noon, CancellationToken.None);
        await mine.AdvanceAsync(noon.AddHours(-1), noon, CancellationToken.None);

        await mine.ReadAsync(noon, CancellationToken.None);
        Assert.Equal(noon, mine.Value);
        Assert.Equal((true, false), (mine.IsBehind(noon.AddMinutes(-11)), mine.IsBehind(noon.AddMinutes(-9))));
    }

    private BlobReconciler Reconciler(FakeTimeProvider? time = null, int attempts = 3, BlobQuarantine? quarantine = null) => new(
        host.Blobs, new([_reports]), quarantine ?? host.Service<BlobQuarantine>(), time ?? _time,
        Options.Create(new IntakeOptions { Attempts = attempts }), NullLogger<BlobReconciler>.Instance);

    private async Task<string> UploadAsync(string blob) =>
        (await host.Blob(Container, blob).UploadAsync(new BinaryData("{}"), overwrite: true, TestContext.Current.CancellationToken)).Value.ETag.ToString();

    private async Task<DateTimeOffset> MarkedAsync() =>
        JsonSerializer.Deserialize<DateTimeOffset>(await host.ReadBlobAsync(BlobContainers.Work, $"watermarks/{Container}.json"));

    private Task MarkAsync(DateTimeOffset at) =>
        host.Blob(BlobContainers.Work, $"watermarks/{Container}.json").UploadAsync(BinaryData.FromObjectAsJson(at), overwrite: true);

    /// <summary>Has the storage refuse whoever writes a blob of that name.</summary>
    private sealed class RefusedWrites(string blob) : HttpPipelineSynchronousPolicy
    {
        public override void OnSendingRequest(HttpMessage message)
        {
            if (message.Request.Method == RequestMethod.Put && message.Request.Uri.Path.EndsWith(blob, StringComparison.Ordinal))
            {
                message.Request.Headers.SetValue("Authorization", "SharedKey nobody:nothing");
            }
        }
    }

    private sealed class Reports : IBlobIntake
    {
        private int _asked;

        public string Container => BlobReconcilerTests.Container;

        public bool Refuses { get; set; }

        /// <summary>As what.</summary>
        public Exception Refusal { get; set; } = new TaskNotFoundException("nobody", []);

        /// <summary>Which it refuses then.</summary>
        public Func<string, bool> IsFor { get; set; } = _ => true;

        public int Asked => _asked;

        public ConcurrentQueue<(string Blob, string ETag)> Taken { get; } = [];

        public bool Takes(string blob) => true;

        public void Check(string blob)
        {
        }

        public Task<string> TakeAsync(string blob, string etag, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            if (Refuses && IsFor(blob))
            {
                throw Refusal;
            }

            Taken.Enqueue((blob, etag));
            return Task.FromResult("report-" + etag);
        }
    }
}
