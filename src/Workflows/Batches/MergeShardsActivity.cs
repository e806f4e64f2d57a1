using Azure.Storage.Blobs;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>Joins what the shards left into the blobs that the caller sees.</summary>
internal sealed class MergeShardsActivity(BlobServiceClient blobs, WorkLines work) : Activity<MergeInput, MergeOutput>
{
    public override async Task<MergeOutput> RunAsync(ActivityContext context, MergeInput input)
    {
        var results = await JoinAsync(BlobContainers.Results, Answers(input), input.Batch, context.CancellationToken);
        if (input.Quarantined.Count == 0)
        {
            return new(results, null);
        }

        var malformed = input.Quarantined.Select(index => new WorkPart(Paths(input, index).Quarantined));
        return new(results, await JoinAsync(BlobContainers.Quarantine, malformed, input.Batch, context.CancellationToken));
    }

    private static IEnumerable<WorkPart> Answers(MergeInput input)
    {
        var sure = (input.Sure ?? []).ToHashSet();
        var judged = input.Answered.ToHashSet();
        return sure.Union(judged).Order().Select(index => Paths(input, index)).Select(paths =>
            !sure.Contains(paths.Shard.Index) ? new WorkPart(paths.Results)
            : new WorkPart(paths.Answered, judged.Contains(paths.Shard.Index) ? paths.Results : null));
    }

    private static ShardInput Paths(MergeInput input, int index) =>
        new(input.Batch, new Shard(index, 0, 0, 0, 0), input.Folder, AtOnce: input.Sure is not null);

    private async Task<string> JoinAsync(string container, IEnumerable<WorkPart> parts, BatchInput batch, CancellationToken cancellationToken)
    {
        await work.ConcatenateAsync(parts, blobs.GetBlobContainerClient(container), batch.Blob, cancellationToken);
        return $"{container}/{batch.Blob}";
    }
}
