using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Lessons;

/// <summary>Turns what a site found hard into lessons. Returns how many there are.</summary>
internal sealed class TeachFromEdgeWorkflow : Workflow<HardExamplesInput, int>
{
    public override Task<int> RunAsync(WorkflowContext context, HardExamplesInput input) =>
        context.CallActivityAsync(WorkflowNames.TeachFromEdgeStep, input, StepRetry.Policy);
}
