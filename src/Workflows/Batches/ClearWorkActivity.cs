using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>Deletes what the steps of an instance left in <c>work</c>; returns how many blobs that were.</summary>
internal sealed class ClearWorkActivity(BlobServiceClient blobs) : Activity<string, int>
{
    public override async Task<int> RunAsync(ActivityContext context, string input)
    {
        var container = blobs.GetBlobContainerClient(BlobContainers.Work);
        var deleted = 0;
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, input + "/", context.CancellationToken))
        {
            deleted += await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: context.CancellationToken) ? 1 : 0;
        }

        return deleted;
    }
}
