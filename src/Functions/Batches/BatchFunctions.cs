using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Understudy.Functions.Durable;

namespace Understudy.Functions.Batches;

/// <summary>The batch and its steps, and the clearing up after a cancelled run, one function each.</summary>
public sealed class BatchFunctions(WorkflowRunner runner)
{
    [Function("batch")]
    public Task<JsonElement> Batch([OrchestrationTrigger] TaskOrchestrationContext context) => runner.RunWorkflowAsync("batch", context);

    [Function("clear-cancelled")]
    public Task<JsonElement> ClearCancelled([OrchestrationTrigger] TaskOrchestrationContext context) => runner.RunWorkflowAsync("clear-cancelled", context);

    [Function("batch-split")]
    public Task<JsonElement> Split([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("batch-split", input, instanceId, context.CancellationToken);

    [Function("batch-cascade-shard")]
    public Task<JsonElement> CascadeShard([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("batch-cascade-shard", input, instanceId, context.CancellationToken);

    [Function("batch-verify-shard")]
    public Task<JsonElement> VerifyShard([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("batch-verify-shard", input, instanceId, context.CancellationToken);

    [Function("batch-stack-shard")]
    public Task<JsonElement> StackShard([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("batch-stack-shard", input, instanceId, context.CancellationToken);

    [Function("batch-merge")]
    public Task<JsonElement> Merge([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("batch-merge", input, instanceId, context.CancellationToken);

    [Function("batch-publish-completed")]
    public Task<JsonElement> PublishCompleted([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("batch-publish-completed", input, instanceId, context.CancellationToken);

    [Function("batch-clear-work")]
    public Task<JsonElement> ClearWork([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("batch-clear-work", input, instanceId, context.CancellationToken);
}
