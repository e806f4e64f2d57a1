using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Requests;

internal sealed class VerifyActivity(ReleaseCatalog catalog, JointInference inference, ClaimCheck claims)
    : Activity<StageInput, Claim<IReadOnlyList<PipelineItem>>>
{
    public override async Task<Claim<IReadOnlyList<PipelineItem>>> RunAsync(ActivityContext context, StageInput input)
    {
        var items = await claims.RedeemAsync(input.Items, context.CancellationToken);
        using var lease = catalog.Acquire(input.Task, input.Release);
        var voted = inference.Verify(lease.Release, items);
        return await claims.CheckInAsync($"{context.InstanceId}/verify.json", voted, context.CancellationToken);
    }
}
