using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Tests.Batches;

public sealed class CascadeShardTests(TestHost host)
{
    private const int LongLine = 256 * 1024 * 1024;

    [Fact]
    public async Task Run_ALineThatIsTooLong_IsSetAsideWithoutBeingHeld()
    {
        using var body = new Body("{\"text\":\"you win\"}\n", LongLine, "\n{\"text\":\"the agenda\"}\n");
        using var storage = new Storage(body);
        var blobs = new BlobServiceClient(new Uri("http://127.0.0.1/account"), new BlobClientOptions { Transport = new HttpClientTransport(new HttpClient(storage)) });
        var activity = new CascadeShardActivity(blobs, host.Service<WorkLines>(), host.Service<ReleaseCatalog>(), host.Service<JointInference>(), host.Service<IAnswerObserver>());
        var input = new ShardInput(new(TestModels.Task, "long", "\"1\"", TestModels.First, new(100, 100, 10, 1)), new(0, 0, body.Length, 1, 3), "batch-long-line", AtOnce: true);

        var cascade = await activity.RunAsync(new ActivityContext("batch-long-line", TestContext.Current.CancellationToken), input);

        Assert.Equal((2, 0), (cascade.Records, cascade.Deferred));
        Assert.Equal([2], cascade.MalformedLines);
        Assert.Contains("the limit is", await host.ReadBlobAsync(BlobContainers.Work, input.Quarantined));
        Assert.Single(body.Threads);
        Assert.InRange(body.Allocated, 0, LongLine / 2);
    }

    /// <summary>A line that is made while it is read, without waiting: one thread reads it all.</summary>
    private sealed class Body(string before, long length, string after) : Stream
    {
        private readonly byte[] _before = Encoding.UTF8.GetBytes(before), _after = Encoding.UTF8.GetBytes(after);
        private long _atTheBeginning;

        /// <summary>Those that read.</summary>
        public HashSet<int> Threads { get; } = [];

        /// <summary>Bytes that were taken from the heap, by the thread that read, between the long line's beginning and its end.</summary>
        public long Allocated { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _before.Length + length + _after.Length;

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Threads.Add(Environment.CurrentManagedThreadId);
            var tail = _before.Length + length;
            if (Position == _before.Length)
            {
                _atTheBeginning = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (Position == tail)
            {
                Allocated = GC.GetAllocatedBytesForCurrentThread() - _atTheBeginning;
            }

            var (part, from) = Position < _before.Length ? (_before, Position) : Position < tail ? (null, 0) : (_after, Position - tail);
            var read = (int)Math.Min(count, part is null ? tail - Position : part.Length - from);
            if (part is null)
            {
                buffer.AsSpan(offset, read).Fill((byte)'x');
            }
            else
            {
                part.AsSpan((int)from, read).CopyTo(buffer.AsSpan(offset));
            }

            Position += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            MemoryMarshal.TryGetArray<byte>(buffer, out var array) ? new(Read(array.Array!, array.Offset, array.Count)) : base.ReadAsync(buffer, cancellationToken);

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private sealed class Storage(Body body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = new StreamContent(body) };
            answer.Headers.TryAddWithoutValidation("ETag", "\"1\"");
            answer.Content.Headers.ContentLength = body.Length;
            answer.Content.Headers.ContentRange = new ContentRangeHeaderValue(0, body.Length - 1, body.Length);
            answer.Content.Headers.TryAddWithoutValidation("Last-Modified", "Thu, 01 Jan 1970 00:00:00 GMT");
            return Task.FromResult(answer);
        }
    }
}
