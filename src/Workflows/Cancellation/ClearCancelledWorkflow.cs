using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Cancellation;

/// <summary>
/// Deletes what a cancelled run left in <c>work</c>: at once, and again when the steps that were running at its end, which are left to
/// finish, must be over. Returns how many blobs that were.
/// </summary>
internal sealed class ClearCancelledWorkflow : Workflow<string, int>
{
    // As host.json's functionTimeout. A run that began with another time keeps it: no engine compares when a timer fires.
    private static readonly TimeSpan LongestStep = TimeSpan.FromMinutes(30);

    public override async Task<int> RunAsync(WorkflowContext context, string input)
    {
        if (input.StartsWith(RetrainStarter.Everyone, StringComparison.Ordinal))
        {
            await context.CallActivityAsync(WorkflowNames.RetrainStopTraining, input, StepRetry.Policy);
        }

        var cleared = await context.CallActivityAsync(WorkflowNames.ClearWork, input, StepRetry.Policy);
        await context.CreateTimer(context.CurrentUtcDateTime + LongestStep);
        return cleared + await context.CallActivityAsync(WorkflowNames.ClearWork, input, StepRetry.Policy);
    }
}
