using System.Diagnostics.Metrics;
using System.Net;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Understudy.Inference.Datasets;
using Understudy.Tests;
using Understudy.Workflows.Lessons;

namespace Understudy.Workflows.Tests.Lessons;

/// <summary>On a storage that is away at first.</summary>
public sealed class LessonBufferTests
{
    [Fact]
    public async Task Write_StorageWasAway_IsTriedAgainWithoutAnotherLesson()
    {
        using var storage = new Storage(refusals: 2);
        using var buffer = Buffer(storage);
        await buffer.StartAsync(TestContext.Current.CancellationToken);

        buffer.Add("mail", new() { Id = "1", Text = "a refund", Teacher = new() { Label = "spam", At = DateTimeOffset.UnixEpoch } });

        Assert.Contains("\"a refund\"", await storage.Written.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(3, storage.Asked);
        await buffer.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Write_StorageWasAway_WritesBlocksOfTheUsualSizeAndTheFirstUnderTheNameThatItHad()
    {
        using var storage = new Storage(refusals: 1);
        using var buffer = Buffer(storage, seconds: 3600, lessons: 4);
        for (var id = 0; id < 10; id++)
        {
            buffer.Add("mail", new() { Id = $"{id}", Text = $"text {id}", Teacher = new() { Label = "spam", At = DateTimeOffset.UnixEpoch } });
        }

        await buffer.StartAsync(TestContext.Current.CancellationToken);
        await storage.Written.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await buffer.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(4, storage.Blobs.Count);
        Assert.Equal(storage.Blobs[0].Name, storage.Blobs[1].Name); // refused, but it may have been there
        Assert.Equal([4, 4, 2], storage.Blobs.Skip(1).Select(blob => blob.Content.Count(letter => letter == '\n')));
    }

    [Fact]
    public async Task Stop_LessonsThatWait_AreWritten()
    {
        using var storage = new Storage(refusals: 0);
        using var buffer = Buffer(storage, seconds: 3600);
        await buffer.StartAsync(TestContext.Current.CancellationToken);
        buffer.Add("mail", new DatasetRecord { Id = "1", Text = "an invoice", Teacher = new() { Label = "ham", At = DateTimeOffset.UnixEpoch } });

        await buffer.StopAsync(TestContext.Current.CancellationToken);

        Assert.Contains("\"an invoice\"", await storage.Written.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Stop_StorageIsAway_SaysThatLessonsAreLostAndCountsThem()
    {
        var dropped = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name == "understudy.lessons.dropped")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref dropped, count));
        listener.Start();
        using var log = new LogNotes();
        using var factory = new LoggerFactory([log]);
        using var storage = new Storage(refusals: int.MaxValue);
        using var buffer = Buffer(storage, seconds: 3600, factory.CreateLogger<LessonBuffer>());
        await buffer.StartAsync(TestContext.Current.CancellationToken);
        foreach (var id in new[] { "1", "2", "3" })
        {
            buffer.Add("mail", new() { Id = id, Text = "an invoice", Teacher = new() { Label = "ham", At = DateTimeOffset.UnixEpoch } });
        }

        await buffer.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, Interlocked.Read(ref dropped));
        Assert.Contains("3 lessons could not be stored and are lost", Assert.Single(log.Lines));
    }

    private static LessonBuffer Buffer(Storage storage, double seconds = 0.05, ILogger<LessonBuffer>? logger = null, int lessons = 256)
    {
        var blobs = new BlobServiceClient(new Uri("http://127.0.0.1/account"), new BlobClientOptions { Transport = new HttpClientTransport(new HttpClient(storage)) });
        return new(new(blobs, TimeProvider.System), TimeProvider.System, Options.Create(new LessonOptions { BlockSeconds = seconds, BlockLessons = lessons }), logger ?? NullLogger<LessonBuffer>.Instance);
    }

    private sealed class Storage(int refusals) : HttpMessageHandler
    {
        public int Asked { get; private set; }

        public List<(string Name, string Content)> Blobs { get; } = [];

        public TaskCompletionSource<string> Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = await request.Content!.ReadAsStringAsync(cancellationToken);
            Blobs.Add((request.RequestUri!.AbsolutePath, content));
            if (++Asked <= refusals)
            {
                return new(HttpStatusCode.Forbidden) { Content = new ByteArrayContent([]) };
            }

            Written.TrySetResult(content);
            var created = new HttpResponseMessage(HttpStatusCode.Created) { Content = new ByteArrayContent([]) };
            created.Headers.TryAddWithoutValidation("ETag", "\"1\"");
            created.Content.Headers.TryAddWithoutValidation("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT");
            return created;
        }
    }
}
