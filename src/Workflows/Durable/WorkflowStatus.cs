namespace Understudy.Workflows.Durable;

/// <summary>Where an instance stands.</summary>
public enum WorkflowStatus
{
    Pending,
    Running,
    Completed,
    Failed,
    Terminated,
}
