using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>Deletes what the steps of an instance left in <c>work</c>; returns how many blobs that were.</summary>
internal sealed class ClearWorkActivity(BlobServiceClient blobs) : Activity<string, int>
{
    /// <summary>A delete is all waiting: several at a time keep the batch from waiting for each.</summary>
    private const int Deletes = 8;

    public override async Task<int> RunAsync(ActivityContext context, string input)
    {
        var container = blobs.GetBlobContainerClient(BlobContainers.Work);
        var deleted = 0;
        await Parallel.ForEachAsync(
            container.GetBlobsAsync(BlobTraits.None, BlobStates.None, input + "/", context.CancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = Deletes, CancellationToken = context.CancellationToken },
            async (blob, cancellationToken) =>
            {
                if (await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken))
                {
                    Interlocked.Increment(ref deleted);
                }
            });
        return deleted;
    }
}
