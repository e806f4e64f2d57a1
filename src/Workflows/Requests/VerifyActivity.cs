using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Leads;
using Understudy.Workflows.Lessons;

namespace Understudy.Workflows.Requests;

internal sealed class VerifyActivity(ReleaseCatalog catalog, JointInference inference, ClaimCheck claims, LessonStore lessons)
    : Activity<StageInput, VerifyOutcome>
{
    public override async Task<VerifyOutcome> RunAsync(ActivityContext context, StageInput input)
    {
        var items = await claims.RedeemAsync(input.Items, context.CancellationToken);
        using var lease = catalog.Acquire(input.Task, input.Release);
        var patience = LeadPatience.Of(lease.Release);
        var voted = await inference.VerifyAsync(
            lease.Release, items, context.CancellationToken, input.MayWait && patience > TimeSpan.Zero, marks: input.LeavesOpen, limit: LeadPatience.StepLimit);
        var asked = items.Zip(voted).Where(pair => JointInference.AwaitsLead(pair.First)).Select(pair => pair.Second).ToList();
        if (input.Store)
        {
            await lessons.WriteAsync(lease.Release, [.. asked.Select(item => (item, "request"))], context.InstanceId, context.CancellationToken);
        }

        var claim = await claims.CheckInAsync($"{context.InstanceId}/verify.json", voted, context.CancellationToken);
        var refused = voted.FirstOrDefault(JointInference.IsRefused);
        return refused is null
            ? new(claim, voted.Count(JointInference.AwaitsLead), patience, LeadOutcome.Failed(voted), asked.Count(JointInference.HeardFromLead))
            : new(claim, 0, patience, Refusal: $"Input '{refused.Id}': {refused.Unanswered}");
    }
}
