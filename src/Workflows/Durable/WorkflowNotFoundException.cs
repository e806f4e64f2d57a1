namespace Understudy.Workflows.Durable;

/// <summary>There is no instance of that id: it never started or was purged.</summary>
public sealed class WorkflowNotFoundException(string instanceId)
    : Exception($"There is no workflow instance '{instanceId}'. It was never started, or its history was purged.");
