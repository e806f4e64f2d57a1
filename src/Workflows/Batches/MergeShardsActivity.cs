using Azure.Storage.Blobs;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>Joins what the shards left into the blobs that the caller sees.</summary>
internal sealed class MergeShardsActivity(BlobServiceClient blobs, WorkLines work) : Activity<MergeInput, MergeOutput>
{
    public override async Task<MergeOutput> RunAsync(ActivityContext context, MergeInput input)
    {
        var shards = input.Answered.Select(index => Paths(input, index).Results);
        var results = await JoinAsync(BlobContainers.Results, shards, input.Batch, context.CancellationToken);
        if (input.Quarantined.Count == 0)
        {
            return new(results, null);
        }

        var malformed = input.Quarantined.Select(index => Paths(input, index).Quarantined);
        return new(results, await JoinAsync(BlobContainers.Quarantine, malformed, input.Batch, context.CancellationToken));
    }

    private static ShardInput Paths(MergeInput input, int index) => new(input.Batch, new Shard(index, 0, 0, 0, 0), input.Folder);

    private async Task<string> JoinAsync(string container, IEnumerable<string> parts, BatchInput batch, CancellationToken cancellationToken)
    {
        await work.ConcatenateAsync(parts, blobs.GetBlobContainerClient(container), batch.Blob, cancellationToken);
        return $"{container}/{batch.Blob}";
    }
}
