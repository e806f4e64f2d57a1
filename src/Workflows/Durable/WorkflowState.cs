using System.Text.Json;

namespace Understudy.Workflows.Durable;

/// <summary>What a client sees of one instance.</summary>
/// <param name="Name">The workflow's name.</param>
/// <param name="CustomStatus">What the workflow last passed to <see cref="WorkflowContext.SetStatus"/>.</param>
/// <param name="Output">The result, once completed.</param>
/// <param name="Failure">The failure, once failed; the reason, once terminated.</param>
public sealed record WorkflowState(
    string InstanceId,
    string Name,
    WorkflowStatus Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastUpdatedAt,
    JsonElement? Input = null,
    JsonElement? CustomStatus = null,
    JsonElement? Output = null,
    FailureDetails? Failure = null)
{
    /// <summary>True when nothing more will happen to the instance.</summary>
    public bool IsFinished => IsLast(Status);

    /// <summary>True of a status that none follows.</summary>
    public static bool IsLast(WorkflowStatus status) => status is WorkflowStatus.Completed or WorkflowStatus.Failed or WorkflowStatus.Terminated;

    /// <summary>The output as <typeparamref name="T"/>.</summary>
    public T? ReadOutput<T>() => Output is { } output ? output.Deserialize<T>(DurableJson.Options) : default;

    /// <summary>The custom status as <typeparamref name="T"/>.</summary>
    public T? ReadStatus<T>() => CustomStatus is { } status ? status.Deserialize<T>(DurableJson.Options) : default;
}
