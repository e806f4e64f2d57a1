using Microsoft.DurableTask;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Durable;

/// <summary>Runs a registered workflow or activity for the function that stands for it.</summary>
public sealed class WorkflowRunner(WorkflowRegistry registry, IServiceProvider services)
{
    public async Task<TOut> RunAsync<TIn, TOut>(WorkflowName<TIn, TOut> name, TaskOrchestrationContext context)
        => (TOut)(await registry.Workflows[name.Value].RunAsync(services, new DurableWorkflowContext(context), context.GetInput<TIn>()))!;

    public async Task<TOut> RunAsync<TIn, TOut>(ActivityName<TIn, TOut> name, TIn input, string instanceId, CancellationToken cancellationToken)
        => (TOut)(await registry.Activities[name.Value].RunAsync(services, new(instanceId, cancellationToken), input))!;
}
