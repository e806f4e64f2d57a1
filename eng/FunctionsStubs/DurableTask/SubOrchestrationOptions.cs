namespace Microsoft.DurableTask;

public record SubOrchestrationOptions : TaskOptions
{
    public SubOrchestrationOptions(TaskRetryOptions? retry = null, string? instanceId = null)
        : base(retry)
    {
        InstanceId = instanceId;
    }

    public string? InstanceId { get; init; }

    public TaskVersion? Version { get; init; }
}
