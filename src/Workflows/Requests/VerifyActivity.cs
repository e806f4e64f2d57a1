using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Leads;

namespace Understudy.Workflows.Requests;

internal sealed class VerifyActivity(ReleaseCatalog catalog, JointInference inference, ClaimCheck claims)
    : Activity<StageInput, VerifyOutcome>
{
    public override async Task<VerifyOutcome> RunAsync(ActivityContext context, StageInput input)
    {
        var items = await claims.RedeemAsync(input.Items, context.CancellationToken);
        using var lease = catalog.Acquire(input.Task, input.Release);
        var patience = LeadPatience.Of(lease.Release);
        var voted = await inference.VerifyAsync(lease.Release, items, context.CancellationToken, input.MayWait && patience > TimeSpan.Zero);
        var claim = await claims.CheckInAsync($"{context.InstanceId}/verify.json", voted, context.CancellationToken);
        return new(claim, voted.Count(JointInference.AwaitsLead), patience);
    }
}
