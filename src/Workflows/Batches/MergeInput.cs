namespace Understudy.Workflows.Batches;

/// <summary>What is to be joined.</summary>
/// <param name="Answered">The shards that left results.</param>
/// <param name="Quarantined">The shards that left quarantined lines.</param>
internal sealed record MergeInput(BatchInput Batch, string Folder, IReadOnlyList<int> Answered, IReadOnlyList<int> Quarantined);
