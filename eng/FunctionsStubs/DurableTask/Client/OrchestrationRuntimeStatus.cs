namespace Microsoft.DurableTask.Client;

public enum OrchestrationRuntimeStatus
{
    Running,
    Completed,
    [Obsolete("Kept by the real package for compatibility only.")]
    ContinuedAsNew,
    Failed,
    [Obsolete("Kept by the real package for compatibility only.")]
    Canceled,
    Terminated,
    Pending,
    Suspended,
}
