using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Quality;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Quality;

/// <summary>Counts of all hosts, a blob for each task, day and host (<c>quality/{task}/{yyyy-MM-dd}/{host}.json</c>): nobody writes another's. Thread-safe.</summary>
internal sealed class QualityStore(BlobServiceClient blobs, TimeProvider time)
{
    private static readonly BlobHttpHeaders Json = new() { ContentType = "application/json" };

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(BlobContainers.Quality);

    /// <summary>A host is one start of a process.</summary>
    private readonly string _host = HostName.Of(time.GetUtcNow());

    /// <summary>Stores a day of this host, in the place of what was there of it.</summary>
    public async Task WriteAsync(string task, DateOnly day, IReadOnlyList<QualityBucket> buckets, CancellationToken cancellationToken) =>
        await _container.GetBlobClient($"{Folder(task, day)}{_host}.json").UploadAsync(
            new BinaryData(JsonSerializer.SerializeToUtf8Bytes(buckets, DurableJson.Options)), new BlobUploadOptions { HttpHeaders = Json }, cancellationToken);

    /// <summary>The sum over all hosts of a release's hours from one that begins at <paramref name="from"/> or later.</summary>
    public async Task<QualityCounts> SumAsync(string task, string release, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var sum = new QualityCounts();
        await foreach (var bucket in ReadAsync(task, from, cancellationToken))
        {
            sum = bucket.Release == release ? sum + bucket.Counts : sum;
        }

        return sum;
    }

    /// <summary>The same of each release, with the last of its hours.</summary>
    public async Task<IReadOnlyList<QualityBucket>> SumsAsync(string task, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var sums = new Dictionary<string, QualityBucket>();
        await foreach (var bucket in ReadAsync(task, from, cancellationToken))
        {
            sums[bucket.Release] = sums.TryGetValue(bucket.Release, out var sum)
                ? sum with { Hour = bucket.Hour > sum.Hour ? bucket.Hour : sum.Hour, Counts = sum.Counts + bucket.Counts }
                : bucket;
        }

        return [.. sums.Values];
    }

    private async IAsyncEnumerable<QualityBucket> ReadAsync(string task, DateTimeOffset from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        for (var day = DateOnly.FromDateTime(from.UtcDateTime); day <= today; day = day.AddDays(1))
        {
            var options = new GetBlobsOptions { Prefix = Folder(task, day) };
            await foreach (var blob in _container.GetBlobsAsync(options, cancellationToken))
            {
                var content = await _container.GetBlobClient(blob.Name).DownloadContentAsync(cancellationToken);
                foreach (var bucket in content.Value.Content.ToObjectFromJson<List<QualityBucket>>(DurableJson.Options)!.Where(bucket => bucket.Hour >= from))
                {
                    yield return bucket;
                }
            }
        }
    }

    private static string Folder(string task, DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{task}/{day:yyyy-MM-dd}/");
}
