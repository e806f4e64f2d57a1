using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Understudy.Functions.Durable;

namespace Understudy.Functions.Lessons;

/// <summary>Lessons from edge sites: the run and its step.</summary>
public sealed class LessonFunctions(WorkflowRunner runner)
{
    [Function("edge-lessons")]
    public Task<JsonElement> TeachFromEdge([OrchestrationTrigger] TaskOrchestrationContext context) => runner.RunWorkflowAsync("edge-lessons", context);

    [Function("edge-lessons-ask")]
    public Task<JsonElement> Ask([ActivityTrigger] JsonElement input, string instanceId, FunctionContext context)
        => runner.RunActivityAsync("edge-lessons-ask", input, instanceId, context.CancellationToken);
}
