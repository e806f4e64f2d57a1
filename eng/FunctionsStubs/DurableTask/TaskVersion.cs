namespace Microsoft.DurableTask;

public readonly struct TaskVersion(string version)
{
    public string Version { get; } = version;
}
