using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Requests;

internal sealed class CascadeActivity(ReleaseCatalog catalog, JointInference inference, ClaimCheck claims, IAnswerObserver observer)
    : Activity<StageInput, Claim<IReadOnlyList<PipelineItem>>>
{
    public override async Task<Claim<IReadOnlyList<PipelineItem>>> RunAsync(ActivityContext context, StageInput input)
    {
        var items = await claims.RedeemAsync(input.Items, context.CancellationToken);
        using var lease = catalog.Acquire(input.Task, input.Release);
        var voted = await inference.CascadeAsync(lease.Release, items, context.CancellationToken, input.Verify);
        var claim = await claims.CheckInAsync($"{context.InstanceId}/cascade.json", voted, context.CancellationToken);
        if (!input.Verify)
        {
            observer.Voted(lease.Release, voted);
        }

        return claim;
    }
}
