using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Understudy.Functions.Durable;

namespace Understudy.Functions.Retraining;

/// <summary>The retraining and its steps, one function each.</summary>
public sealed class RetrainFunctions(WorkflowRunner runner, BoundWorkflowClient workflows)
{
    [Function("retrain")]
    public Task<JsonElement> Retrain([OrchestrationTrigger] TaskOrchestrationContext context) => runner.RunWorkflowAsync("retrain", context);

    [Function("retrain-snapshot")]
    public Task<JsonElement> Snapshot([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-snapshot", input, instanceId, context.CancellationToken);

    [Function("retrain-curate")]
    public Task<JsonElement> Curate([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-curate", input, instanceId, context.CancellationToken);

    [Function("retrain-start-training")]
    public Task<JsonElement> StartTraining([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-start-training", input, instanceId, context.CancellationToken);

    [Function("retrain-look-at-training")]
    public Task<JsonElement> LookAtTraining([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-look-at-training", input, instanceId, context.CancellationToken);

    [Function("retrain-stop-training")]
    public Task<JsonElement> StopTraining([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-stop-training", input, instanceId, context.CancellationToken);

    [Function("retrain-gate")]
    public Task<JsonElement> Gate([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-gate", input, instanceId, context.CancellationToken);

    [Function("retrain-begin-shadow")]
    public Task<JsonElement> BeginShadow([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-begin-shadow", input, instanceId, context.CancellationToken);

    [Function("retrain-look-at-shadow")]
    public Task<JsonElement> LookAtShadow([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-look-at-shadow", input, instanceId, context.CancellationToken);

    [Function("retrain-end-shadow")]
    public Task<JsonElement> EndShadow([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-end-shadow", input, instanceId, context.CancellationToken);

    [Function("retrain-release")]
    public Task<JsonElement> Release([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-release", input, instanceId, context.CancellationToken);

    [Function("retrain-reject")]
    public Task<JsonElement> Reject([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-reject", input, instanceId, context.CancellationToken);

    [Function("retrain-mark-lessons")]
    public Task<JsonElement> MarkLessons([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("retrain-mark-lessons", input, instanceId, context.CancellationToken);

    [Function("retrain-publish")]
    public Task<JsonElement> Publish([ActivityTrigger] JsonElement input, string instanceId, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        workflows.Bind(client);
        return runner.RunActivityAsync("retrain-publish", input, instanceId, context.CancellationToken);
    }

    [Function("retrain-prune")]
    public Task<JsonElement> Prune([ActivityTrigger] JsonElement input, string instanceId, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        workflows.Bind(client);
        return runner.RunActivityAsync("retrain-prune", input, instanceId, context.CancellationToken);
    }
}
