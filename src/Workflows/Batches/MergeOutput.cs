namespace Understudy.Workflows.Batches;

/// <summary>Where the joined blobs are, with their containers.</summary>
/// <param name="Problem">Why nothing was joined, and never will be; null otherwise.</param>
internal sealed record MergeOutput(string Results, string? Quarantine, string? Problem = null);
