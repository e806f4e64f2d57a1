namespace Understudy.Workflows.Batches;

/// <summary>What is to be joined.</summary>
/// <param name="Answered">The shards whose last step left results.</param>
/// <param name="Quarantined">The shards that left lines which could not be read, or which nobody answers.</param>
/// <param name="Sure">The shards whose first step left results, of what students answered; null in runs of version 2 and before, where the last step answered all.</param>
internal sealed record MergeInput(
    BatchInput Batch, string Folder, IReadOnlyList<int> Answered, IReadOnlyList<int> Quarantined, IReadOnlyList<int>? Sure = null);
