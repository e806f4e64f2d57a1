using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Shadows;

/// <summary>Orders of shadows and what hosts counted, as blobs in <c>work</c>: what is counted outlives the host, and goes with the run. Thread-safe.</summary>
internal sealed class ShadowStore(BlobServiceClient blobs)
{
    private readonly BlobContainerClient _work = blobs.GetBlobContainerClient(BlobContainers.Work);

    /// <summary>Gives the order; again does no harm.</summary>
    public Task BeginAsync(ShadowOrder order, CancellationToken cancellationToken) =>
        _work.GetBlobClient(order.Blob).UploadAsync(Content(order), overwrite: true, cancellationToken);

    /// <summary>Takes the order back, so that hosts let go of the candidate; what they counted stays until the run ends.</summary>
    public Task EndAsync(ShadowOrder order, CancellationToken cancellationToken) =>
        _work.GetBlobClient(order.Blob).DeleteIfExistsAsync(cancellationToken: cancellationToken);

    /// <summary>The orders of all runs.</summary>
    public async Task<IReadOnlyList<ShadowOrder>> OrdersAsync(CancellationToken cancellationToken)
    {
        List<ShadowOrder> orders = [];
        await foreach (var blob in _work.GetBlobsAsync(BlobTraits.None, BlobStates.None, RetrainStarter.Everyone, cancellationToken))
        {
            if (blob.Name.EndsWith($"/shadow/{ShadowOrder.FileName}", StringComparison.Ordinal)
                && await ReadAsync<ShadowOrder>(blob.Name, cancellationToken) is { } order)
            {
                orders.Add(order);
            }
        }

        return orders;
    }

    /// <summary>What all hosts have counted.</summary>
    public async Task<ShadowCounts> SumAsync(ShadowOrder order, CancellationToken cancellationToken)
    {
        var sum = new ShadowCounts();
        await foreach (var blob in _work.GetBlobsAsync(BlobTraits.None, BlobStates.None, order.CountsFolder, cancellationToken))
        {
            sum += await ReadAsync<ShadowCounts>(blob.Name, cancellationToken) ?? new();
        }

        return sum;
    }

    /// <summary>Writes what a host has counted since it began, in the place of what it wrote before.</summary>
    /// <param name="order">Of the shadow.</param>
    /// <param name="name">The host's, of this time.</param>
    /// <param name="counts">All of them.</param>
    /// <param name="before">What it wrote before; null for nothing.</param>
    /// <returns>Null where what it wrote before is gone, because the run is: then nothing is written, and nothing of a run that is over comes back.</returns>
    public async Task<ETag?> WriteAsync(ShadowOrder order, string name, ShadowCounts counts, ETag? before, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions { Conditions = before is { } seen ? new() { IfMatch = seen } : new() { IfNoneMatch = ETag.All } };
        try
        {
            return (await _work.GetBlobClient($"{order.CountsFolder}{name}.json").UploadAsync(Content(counts), options, cancellationToken)).Value.ETag;
        }
        catch (RequestFailedException error) when (error.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    private static BinaryData Content<T>(T value) => new(JsonSerializer.SerializeToUtf8Bytes(value, DurableJson.Options));

    private async Task<T?> ReadAsync<T>(string blob, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return (await _work.GetBlobClient(blob).DownloadContentAsync(cancellationToken)).Value.Content.ToObjectFromJson<T>(DurableJson.Options);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null; // it went meanwhile
        }
    }
}
