using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retraining.Jobs;

/// <summary>The orders that wait for a job: <c>work/training/{run}.json</c>. Whoever holds an order's lease works on it. Thread-safe.</summary>
internal sealed class OrderShelf(BlobServiceClient blobs, TimeProvider time)
{
    private const string Folder = "training/", End = ".json";

    private readonly BlobContainerClient _work = blobs.GetBlobContainerClient(BlobContainers.Work);

    /// <summary>Lays an order there; whoever held it before holds it no more.</summary>
    public async Task PlaceAsync(TrainingOrder order, CancellationToken cancellationToken)
    {
        await BreakAsync(order.Run, cancellationToken);
        await Blob(order.Run).UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(order, DurableJson.Options)), overwrite: true, cancellationToken);
    }

    /// <summary>Takes an order away, from whoever works on it too.</summary>
    public async Task WithdrawAsync(string run, CancellationToken cancellationToken)
    {
        await BreakAsync(run, cancellationToken);
        await Blob(run).DeleteIfExistsAsync(cancellationToken: cancellationToken);
    }

    /// <summary>The runs whose orders are there, taken or not.</summary>
    public async IAsyncEnumerable<string> RunsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in _work.GetBlobsAsync(BlobTraits.None, BlobStates.None, Folder, cancellationToken))
        {
            yield return blob.Name[Folder.Length..^End.Length];
        }
    }

    /// <summary>Takes an order; null where there is none, or somebody works on it.</summary>
    public async Task<HeldOrder?> TryTakeAsync(string run, CancellationToken cancellationToken)
    {
        var blob = Blob(run);
        var lease = blob.GetBlobLeaseClient();
        try
        {
            await lease.AcquireAsync(HeldOrder.LeaseTime, cancellationToken: cancellationToken);
            var order = (await blob.DownloadContentAsync(cancellationToken)).Value.Content.ToObjectFromJson<TrainingOrder>(DurableJson.Options)!;
            return new(order, blob, lease, time);
        }
        catch (RequestFailedException error) when (error.Status is 404 or 409)
        {
            return null;
        }
    }

    private async Task BreakAsync(string run, CancellationToken cancellationToken)
    {
        try
        {
            await Blob(run).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status is 404 or 409)
        {
            // There is no such order, or nobody holds it.
        }
    }

    private BlobClient Blob(string run) => _work.GetBlobClient($"{Folder}{run}{End}");
}
