using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Leads;
using Understudy.Workflows.Lessons;

namespace Understudy.Workflows.Batches;

/// <summary>Lets the lead judge what the students of a shard passed on, and keeps what it says as lessons.</summary>
internal sealed class VerifyShardActivity(WorkLines work, ReleaseCatalog catalog, JointInference inference, LessonStore lessons)
    : Activity<ShardInput, ShardVerified>
{
    public override async Task<ShardVerified> RunAsync(ActivityContext context, ShardInput input)
    {
        var items = await work.ReadAsync<ShardItem>(input.Latest, context.CancellationToken);
        var open = items.Where(item => JointInference.AwaitsLead(item.Item)).ToList();

        using var lease = catalog.Acquire(input.Batch.Task, input.Batch.Release);
        var patience = LeadPatience.Of(lease.Release);
        var verified = await inference.VerifyAsync(
            lease.Release, [.. open.Select(item => item.Item)], context.CancellationToken, input.MayWait && patience > TimeSpan.Zero, marks: input.LeavesOpen, limit: LeadPatience.StepLimit);
        if (input.Store)
        {
            await lessons.WriteAsync(
                lease.Release,
                [.. open.Zip(verified, (item, judged) => (judged, $"{BlobContainers.Batches}/{input.Batch.Blob} line {item.Line}"))],
                $"{context.InstanceId}-{input.Shard.Index:D5}",
                context.CancellationToken);
        }

        var byLine = open.Zip(verified).ToDictionary(pair => pair.First.Line, pair => pair.Second);

        await work.WriteAsync(
            input.Verified,
            items.Select(item => byLine.TryGetValue(item.Line, out var judged) ? item with { Item = judged } : item),
            context.CancellationToken);
        return new(verified.Count(JointInference.AwaitsLead), patience, LeadOutcome.Failed(verified), verified.Count(JointInference.HeardFromLead));
    }
}
