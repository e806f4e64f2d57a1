namespace Understudy.Workflows.Batches;

/// <summary>What is to be joined.</summary>
/// <param name="Answered">The shards whose last step left results, of what the lead was asked about.</param>
/// <param name="Quarantined">The shards that left quarantined lines.</param>
/// <param name="Sure">The shards whose first step left results, of what students answered; null when a program of before has asked.</param>
internal sealed record MergeInput(
    BatchInput Batch, string Folder, IReadOnlyList<int> Answered, IReadOnlyList<int> Quarantined, IReadOnlyList<int>? Sure = null);
