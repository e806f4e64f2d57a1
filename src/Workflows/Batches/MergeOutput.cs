namespace Understudy.Workflows.Batches;

/// <summary>Where the joined blobs are, with their containers.</summary>
internal sealed record MergeOutput(string Results, string? Quarantine);
