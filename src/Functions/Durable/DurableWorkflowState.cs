using System.Text.Json;
using Microsoft.DurableTask.Client;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Durable;

/// <summary>An instance as Durable Functions shows it, in the port's words.</summary>
internal static class DurableWorkflowState
{
    public static WorkflowState From(OrchestrationMetadata instance)
    {
        var status = StatusOf(instance.RuntimeStatus);
        return new(
            instance.InstanceId,
            instance.Name,
            status,
            instance.CreatedAt,
            instance.LastUpdatedAt,
            Input: Read(instance.SerializedInput),
            CustomStatus: Read(instance.SerializedCustomStatus),
            Output: status is WorkflowStatus.Completed ? Read(instance.SerializedOutput) : null,
            Failure: FailureOf(instance, status));
    }

    /// <summary>Durable Functions' states that the port calls <paramref name="status"/>.</summary>
    public static OrchestrationRuntimeStatus[] Matching(WorkflowStatus status) => [.. Enum.GetValues<OrchestrationRuntimeStatus>().Where(s => StatusOf(s) == status)];

    private static WorkflowStatus StatusOf(OrchestrationRuntimeStatus status) => status switch
    {
        OrchestrationRuntimeStatus.Pending => WorkflowStatus.Pending,
        OrchestrationRuntimeStatus.Completed => WorkflowStatus.Completed,
        OrchestrationRuntimeStatus.Failed => WorkflowStatus.Failed,
        OrchestrationRuntimeStatus.Terminated => WorkflowStatus.Terminated,
        // Suspended instances and those between two runs of ContinueAsNew have not finished.
        _ => WorkflowStatus.Running,
    };

    private static FailureDetails? FailureOf(OrchestrationMetadata instance, WorkflowStatus status) => status switch
    {
        WorkflowStatus.Failed when instance.FailureDetails is { } details => DurableFailure.From(details),
        WorkflowStatus.Failed => new("Unknown", "The workflow failed and its host kept no details."),
        WorkflowStatus.Terminated => new("Terminated", ReasonOf(instance)),
        _ => null,
    };

    /// <summary>A reason is JSON where this program gave it, and as it was typed where Azure's own tools did.</summary>
    private static string ReasonOf(OrchestrationMetadata instance)
    {
        var given = instance.SerializedOutput ?? "";
        try
        {
            return Read(given) is { ValueKind: JsonValueKind.String } reason ? reason.GetString()! : given;
        }
        catch (JsonException)
        {
            return given;
        }
    }

    private static JsonElement? Read(string? json)
    {
        if (json is null)
        {
            return null;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
