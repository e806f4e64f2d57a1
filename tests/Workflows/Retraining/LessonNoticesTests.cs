using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class LessonNoticesTests : IAsyncLifetime
{
    private readonly TestHost _host = new("--Retraining:Automatic=false");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Hear_LessonsEnough_StartsARetrainingOnceAndLooksOnceInAWhile()
    {
        var notices = Notices(_host.Blobs);
        Assert.Null(await notices.HearAsync("mail/2030/01/01/few.jsonl", Cancelled)); // there is none
        await _host.Blob(BlobContainers.TeacherOutputs, "mail/2030/01/01/many.jsonl").UploadAsync(new BinaryData(TestLessons.Jsonl(TestLessons.Make(600))), Cancelled);

        Assert.Null(await notices.HearAsync("mail/2030/01/01/many.jsonl", Cancelled)); // looked just now
        _time.Advance(TimeSpan.FromSeconds(31));
        var run = await notices.HearAsync("mail/2030/01/01/many.jsonl", Cancelled);

        Assert.StartsWith("retrain-mail-", run, StringComparison.Ordinal);
        await _host.Workflows.WaitAsync(run!, Cancelled);
    }

    [Fact]
    public async Task Hear_StorageAway_ThrowsNothingOn()
    {
        var away = new BlobServiceClient("UseDevelopmentStorage=true", new BlobClientOptions { Retry = { MaxRetries = 0 }, Transport = new Azure.Core.Pipeline.HttpClientTransport(new HttpClient(new Nowhere())) });

        Assert.Null(await Notices(away).HearAsync("mail/a.jsonl", Cancelled));
    }

    private LessonNotices Notices(BlobServiceClient blobs) => new(
        new(_host.Workflows, _host.Service<ReleaseCatalog>(), _host.Service<ITrainer>(), blobs, Options.Create(new RetrainingOptions { NewLessons = 500 }), _time, NullLogger<RetrainStarter>.Instance),
        _time, NullLogger<LessonNotices>.Instance);

    private sealed class Nowhere : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw new HttpRequestException("away");
    }
}
