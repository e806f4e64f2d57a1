using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Requests;

internal sealed class StackActivity(ReleaseCatalog catalog, JointInference inference, ClaimCheck claims, IAnswerObserver observer)
    : Activity<StageInput, Claim<IReadOnlyList<Answer>>>
{
    public override async Task<Claim<IReadOnlyList<Answer>>> RunAsync(ActivityContext context, StageInput input)
    {
        var items = await claims.RedeemAsync(input.Items, context.CancellationToken);
        using var lease = catalog.Acquire(input.Task, input.Release);
        var answers = inference.Stack(lease.Release, items);
        var claim = await claims.CheckInAsync($"{context.InstanceId}/answers.json", answers, context.CancellationToken);
        observer.Answered(lease.Release, items, answers, input.Store);
        return claim;
    }
}
