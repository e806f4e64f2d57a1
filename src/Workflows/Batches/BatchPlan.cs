namespace Understudy.Workflows.Batches;

/// <summary>How a batch is cut.</summary>
/// <param name="Records">Lines that are not blank.</param>
/// <param name="Shards">The pieces, in order.</param>
/// <param name="Problem">Why the batch cannot run at all; null when it can.</param>
/// <param name="Store">Whether the blob lets the lead's answers be kept as lessons.</param>
internal sealed record BatchPlan(int Records, IReadOnlyList<Shard> Shards, string? Problem = null, bool Store = true);
