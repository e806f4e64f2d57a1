using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>Reads the blob once and notes where shards begin; nothing is copied.</summary>
internal sealed class SplitBatchActivity(BlobServiceClient blobs) : Activity<BatchInput, BatchPlan>
{
    public override async Task<BatchPlan> RunAsync(ActivityContext context, BatchInput input)
    {
        var blob = blobs.GetBlobContainerClient(BlobContainers.Batches).GetBlobClient(input.Blob);
        try
        {
            // One request whose body is counted while it arrives; the client resumes it where a connection breaks off.
            var options = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = new ETag(input.ETag) } };
            using BlobDownloadStreamingResult download = await blob.DownloadStreamingAsync(options, context.CancellationToken);
            var plan = await ShardPlanner.PlanAsync(download.Content, input.Settings, context.CancellationToken);
            return plan with { Store = InputBlob.MayBeStored(download.Details.Metadata) };
        }
        catch (RequestFailedException exception) when (InputBlob.IsGone(exception))
        {
            return new(0, [], InputBlob.Describe(input));
        }
    }
}
