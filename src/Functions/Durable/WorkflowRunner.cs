using System.Text.Json;
using Microsoft.DurableTask;
using Understudy.Workflows;
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
        var startedAt = adapted.CurrentUtcDateTime;
        try
        {
            var output = await workflow.RunAsync(services, adapted, input);
            var json = JsonSerializer.SerializeToElement(output, workflow.OutputType, DurableJson.Options);
            Finished(name, adapted, startedAt, null);
            return json;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Finished(name, adapted, startedAt, e);
            throw;
        }
    }

    public async Task<JsonElement> RunActivityAsync(string name, JsonElement input, string instanceId, CancellationToken cancellationToken)
    {
        var activity = registry.Activities[name];
        using var span = WorkflowTelemetry.StartActivity(name, instanceId, WorkflowTelemetry.CurrentContext);
        try
        {
            var output = await activity.RunAsync(services, new(instanceId, cancellationToken), Read(input, activity.InputType));
            return JsonSerializer.SerializeToElement(output, activity.OutputType, DurableJson.Options);
        }
        catch (Exception e)
        {
            WorkflowTelemetry.Failed(span, e);
            throw;
        }
    }

    /// <summary>Counts the end of a run, which comes once: every earlier pass over the workflow stopped where it waits.</summary>
    private static void Finished(string name, DurableWorkflowContext context, DateTimeOffset startedAt, Exception? failure)
    {
        if (!context.IsReplaying)
        {
            WorkflowTelemetry.Finished(
                name, context.InstanceId, WorkflowTelemetry.CurrentContext, startedAt, context.CurrentUtcDateTime, failure is null ? null : FailureDetails.From(failure));
        }
    }

    private static object? Read(JsonElement json, Type type)
        => json.ValueKind is JsonValueKind.Undefined ? null : json.Deserialize(type, DurableJson.Options);
}
