using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Understudy.Functions.Durable;

namespace Understudy.Functions.Requests;

/// <summary>The durable request and its steps, one function each.</summary>
public sealed class InferFunctions(WorkflowRunner runner)
{
    [Function("infer")]
    public Task<JsonElement> Infer([OrchestrationTrigger] TaskOrchestrationContext context) => runner.RunWorkflowAsync("infer", context);

    [Function("infer-compress")]
    public Task<JsonElement> Compress([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("infer-compress", input, instanceId, context.CancellationToken);

    [Function("infer-cascade")]
    public Task<JsonElement> Cascade([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("infer-cascade", input, instanceId, context.CancellationToken);

    [Function("infer-verify")]
    public Task<JsonElement> Verify([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("infer-verify", input, instanceId, context.CancellationToken);

    [Function("infer-stack")]
    public Task<JsonElement> Stack([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("infer-stack", input, instanceId, context.CancellationToken);
}
