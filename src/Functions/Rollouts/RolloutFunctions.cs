using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Understudy.Functions.Durable;

namespace Understudy.Functions.Rollouts;

/// <summary>The rollout and its steps, one function each.</summary>
public sealed class RolloutFunctions(WorkflowRunner runner)
{
    [Function("rollout")]
    public Task<JsonElement> Rollout([OrchestrationTrigger] TaskOrchestrationContext context) => runner.RunWorkflowAsync("rollout", context);

    [Function("rollout-plan")]
    public Task<JsonElement> Plan([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("rollout-plan", input, instanceId, context.CancellationToken);

    [Function("rollout-offer")]
    public Task<JsonElement> Offer([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("rollout-offer", input, instanceId, context.CancellationToken);

    [Function("rollout-check")]
    public Task<JsonElement> Check([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("rollout-check", input, instanceId, context.CancellationToken);

    [Function("rollout-withdraw")]
    public Task<JsonElement> Withdraw([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("rollout-withdraw", input, instanceId, context.CancellationToken);

    [Function("rollout-end")]
    public Task<JsonElement> End([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("rollout-end", input, instanceId, context.CancellationToken);

    [Function("rollout-publish")]
    public Task<JsonElement> Publish([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("rollout-publish", input, instanceId, context.CancellationToken);
}
