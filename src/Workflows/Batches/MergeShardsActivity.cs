using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>
/// Joins what the shards left into the blobs that the caller sees. They have the name of the input: once that is overwritten they belong to
/// the batch that answers it as it is now, and an earlier one writes them no more.
/// </summary>
internal sealed class MergeShardsActivity(BlobServiceClient blobs, WorkLines work) : Activity<MergeInput, MergeOutput>
{
    public override async Task<MergeOutput> RunAsync(ActivityContext context, MergeInput input)
    {
        var cancellationToken = context.CancellationToken;
        var (blob, quarantine) = (input.Batch.Blob, blobs.GetBlobContainerClient(BlobContainers.Quarantine));
        var malformed = input.Quarantined.Select(index => new WorkPart(Paths(input, index).Quarantined));
        await using var results = await work.JoinAsync(
            Answers(input), blobs.GetBlobContainerClient(BlobContainers.Results), blob, context.InstanceId, cancellationToken);
        await using var quarantined = input.Quarantined.Count == 0
            ? null
            : await work.JoinAsync(malformed, quarantine, blob, context.InstanceId, cancellationToken);
        if (await IsOverwrittenAsync(input.Batch, cancellationToken))
        {
            return new("", null, InputBlob.Describe(input.Batch));
        }

        await results.CommitAsync(cancellationToken);
        if (quarantined is null)
        {
            // An earlier batch of that name may have left lines.
            await quarantine.DeleteBlobIfExistsAsync(blob, cancellationToken: cancellationToken);
            return new($"{BlobContainers.Results}/{blob}", null);
        }

        await quarantined.CommitAsync(cancellationToken);
        return new($"{BlobContainers.Results}/{blob}", $"{BlobContainers.Quarantine}/{blob}");
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

    /// <summary>False also where the input was deleted: then there is no other batch.</summary>
    private async Task<bool> IsOverwrittenAsync(BatchInput batch, CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties now = await blobs.GetBlobContainerClient(BlobContainers.Batches).GetBlobClient(batch.Blob)
                .GetPropertiesAsync(cancellationToken: cancellationToken);
            return now.ETag.ToString().Trim('"') != batch.ETag.Trim('"');
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return false;
        }
    }
}
