namespace Understudy.Workflows.Batches;

/// <summary>What is to be joined.</summary>
/// <param name="Answered">The shards whose last step left results.</param>
/// <param name="Quarantined">The shards that left lines which could not be read.</param>
/// <param name="Sure">The shards whose first step left results, of what students answered; null in runs of version 2 and before, where the last step answered all.</param>
/// <param name="Unanswered">The shards that left lines which nobody answers; null when there are none.</param>
internal sealed record MergeInput(
    BatchInput Batch, string Folder, IReadOnlyList<int> Answered, IReadOnlyList<int> Quarantined, IReadOnlyList<int>? Sure = null, IReadOnlyList<int>? Unanswered = null);
