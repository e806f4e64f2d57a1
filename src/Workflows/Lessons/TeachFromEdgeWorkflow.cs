using Understudy.Workflows.Durable;
using Understudy.Workflows.Leads;

namespace Understudy.Workflows.Lessons;

/// <summary>Turns what a site found hard into lessons, waiting for a lead that is away. Returns how many there are.</summary>
internal sealed class TeachFromEdgeWorkflow : Workflow<HardExamplesInput, int>
{
    public override async Task<int> RunAsync(WorkflowContext context, HardExamplesInput input)
    {
        var (lessons, judged) = (0, new List<string>());
        var last = await LeadPatience.VerifyAsync(context, async (mayWait, _) =>
        {
            var taught = await context.CallActivityAsync(WorkflowNames.TeachFromEdgeStep, input with { Judged = [.. judged], MayWait = mayWait }, StepRetry.Policy);
            lessons += taught.Lessons;
            judged.AddRange(taught.Judged);
            return taught;
        });
        return last.Left == 0 ? lessons : throw new TimeoutException(
            $"The lead of '{input.Task}' was away for {last.Patience.TotalDays:0} days: {last.Left} hard examples of site '{input.Site}' were not asked about, and stay in '{input.Blob}'.");
    }
}
