using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Batches;

/// <summary>Lets the lead judge what the students of a shard passed on; returns how many records that were.</summary>
internal sealed class VerifyShardActivity(WorkLines work, ReleaseCatalog catalog, JointInference inference) : Activity<ShardInput, int>
{
    public override async Task<int> RunAsync(ActivityContext context, ShardInput input)
    {
        var items = await work.ReadAsync<ShardItem>(input.Items, context.CancellationToken);
        var deferred = items.Where(item => item.Item.Deferred).ToList();

        using var lease = catalog.Acquire(input.Batch.Task, input.Batch.Release);
        var verified = inference.Verify(lease.Release, [.. deferred.Select(item => item.Item)]);
        var byLine = deferred.Zip(verified).ToDictionary(pair => pair.First.Line, pair => pair.Second);

        await work.WriteAsync(
            input.Verified,
            items.Select(item => byLine.TryGetValue(item.Line, out var judged)
                ? item with { Item = judged with { Input = "", CompressedInput = null } }
                : item),
            context.CancellationToken);
        return deferred.Count;
    }
}
