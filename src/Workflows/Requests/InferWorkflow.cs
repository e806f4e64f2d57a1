using Understudy.Inference.Leads;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Leads;

namespace Understudy.Workflows.Requests;

/// <summary>One request through the four stages, each a durable step, on the release that was frozen when it started.</summary>
internal sealed class InferWorkflow : Workflow<InferRun, InferResult>
{
    public override async Task<InferResult> RunAsync(WorkflowContext context, InferRun input)
    {
        context.SetStatus(new InferProgress("compress"));
        var compressed = await context.CallActivityAsync(
            WorkflowNames.InferCompress, new CompressInput(input.Task, input.Release, input.Inputs), StepRetry.Policy);

        context.SetStatus(new InferProgress("cascade"));
        var voted = await context.CallActivityAsync(
            WorkflowNames.InferCascade, new StageInput(input.Task, input.Release, compressed, Verify: input.Verify), StepRetry.Policy);

        context.SetStatus(new InferProgress("verify"));
        var patience = new LeadPatience(context);
        var verified = await patience.VerifyAsync(VerifyAsync, at => context.SetStatus(new InferProgress("verify", at)));

        if (verified.Failure is { } failure)
        {
            throw new LeadAwayException(failure, TimeSpan.Zero);
        }

        if (verified.Refusal is { } refusal)
        {
            throw new InferRefusedException(refusal);
        }

        context.SetStatus(new InferProgress("stack"));
        var answers = await context.CallActivityAsync(
            WorkflowNames.InferStack, new StageInput(input.Task, input.Release, verified.Items, Store: input.Store), StepRetry.Policy);
        return new(answers, input.Single);

        async Task<VerifyOutcome> VerifyAsync(bool mayWait, bool again)
        {
            var outcome = await context.CallActivityAsync(WorkflowNames.InferVerify, new StageInput(input.Task, input.Release, voted, mayWait, input.Store, LeavesOpen: patience.LeavesOpen), StepRetry.Policy);
            voted = outcome.Items; // what was answered stays answered
            return outcome;
        }
    }
}
