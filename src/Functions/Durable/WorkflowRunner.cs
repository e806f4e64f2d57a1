using System.Text.Json;
using Microsoft.DurableTask;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Durable;

/// <summary>Runs a registered workflow or activity for the function that stands for it; inputs and outputs stay JSON until here.</summary>
public sealed class WorkflowRunner(WorkflowRegistry registry, IServiceProvider services)
{
    public async Task<JsonElement> RunWorkflowAsync(string name, TaskOrchestrationContext context)
    {
        var adapted = new DurableWorkflowContext(context);
        var workflow = registry.Find(name, adapted.Version)
            ?? throw new InvalidOperationException($"This program has no workflow '{name}' of version {adapted.Version}. Deploy the version that has it, or terminate the instance.");
        var input = Read(context.GetInput<JsonElement>(), workflow.InputType);
        var output = await workflow.RunAsync(services, adapted, input);
        return JsonSerializer.SerializeToElement(output, workflow.OutputType, DurableJson.Options);
    }

    public async Task<JsonElement> RunActivityAsync(string name, JsonElement input, string instanceId, CancellationToken cancellationToken)
    {
        var activity = registry.Activities[name];
        var output = await activity.RunAsync(services, new(instanceId, cancellationToken), Read(input, activity.InputType));
        return JsonSerializer.SerializeToElement(output, activity.OutputType, DurableJson.Options);
    }

    private static object? Read(JsonElement json, Type type)
        => json.ValueKind is JsonValueKind.Undefined ? null : json.Deserialize(type, DurableJson.Options);
}
