using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Requests;

internal sealed class CompressActivity(ReleaseCatalog catalog, JointInference inference, ClaimCheck claims)
    : Activity<CompressInput, Claim<IReadOnlyList<PipelineItem>>>
{
    public override async Task<Claim<IReadOnlyList<PipelineItem>>> RunAsync(ActivityContext context, CompressInput input)
    {
        var inputs = await claims.RedeemAsync(input.Inputs, context.CancellationToken);
        using var lease = catalog.Acquire(input.Task, input.Release);
        var items = inference.Compress(lease.Release, PipelineItems.From(inputs));
        return await claims.CheckInAsync($"{context.InstanceId}/compress.json", items, context.CancellationToken);
    }
}
