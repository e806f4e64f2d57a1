namespace Understudy.Workflows.Batches;

/// <summary>What a <c>batch</c> workflow depends on, frozen when it starts.</summary>
/// <param name="Task">The task.</param>
/// <param name="Name">The blob is <c>batches/{task}/{name}.jsonl</c>.</param>
/// <param name="ETag">The version of the blob that is meant; another one is another batch.</param>
/// <param name="Release">The version that answers, whatever is promoted meanwhile.</param>
/// <param name="Settings">Limits and sizes at the start.</param>
/// <param name="Store">Whether the lead's answers may be kept as lessons, as far as the blob does not say otherwise.</param>
public sealed record BatchInput(string Task, string Name, string ETag, string Release, BatchSettings Settings, bool Store = true)
{
    /// <summary>The blob's name inside its container, the same for input, results and quarantine.</summary>
    public string Blob => $"{Task}/{Name}.jsonl";
}
