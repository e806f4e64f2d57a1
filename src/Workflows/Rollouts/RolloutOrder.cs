using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>
/// Which rollout of a task is the latest: a blob of <c>work</c> for each task, moved forward by compare-and-swap. An earlier one, which may
/// have waited for sites for long, sends no site back to its release. Thread-safe.
/// </summary>
internal sealed class RolloutOrder(BlobServiceClient blobs)
{
    private readonly BlobContainerClient _work = blobs.GetBlobContainerClient(BlobContainers.Work);

    /// <summary>Notes that a rollout is under way.</summary>
    /// <param name="since">When it began.</param>
    /// <returns>False when a later one is.</returns>
    public async Task<bool> IsLatestAsync(string task, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var blob = _work.GetBlobClient($"rollouts/{task}.json");
        while (true)
        {
            var (latest, version) = await ReadAsync(blob, cancellationToken);
            if (latest >= since)
            {
                return latest == since;
            }

            try
            {
                var conditions = version is { } seen ? new BlobRequestConditions { IfMatch = seen } : new() { IfNoneMatch = ETag.All };
                await blob.UploadAsync(BinaryData.FromObjectAsJson(since, DurableJson.Options), new BlobUploadOptions { Conditions = conditions }, cancellationToken);
                return true;
            }
            catch (RequestFailedException error) when (error.Status is 409 or 412)
            {
                // Another rollout was quicker; it may be the later one.
            }
        }
    }

    private static async Task<(DateTimeOffset? Latest, ETag? Version)> ReadAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var content = (await blob.DownloadContentAsync(cancellationToken)).Value;
            return (content.Content.ToObjectFromJson<DateTimeOffset>(DurableJson.Options), content.Details.ETag);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return default;
        }
        catch (JsonException)
        {
            return (null, ETag.All); // of no use, so it is replaced
        }
    }
}
