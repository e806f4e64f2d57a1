namespace Understudy.Workflows.Batches;

/// <summary>A run of whole lines of a blob.</summary>
/// <param name="Index">From 0, in the blob's order.</param>
/// <param name="Offset">The first line's first byte.</param>
/// <param name="Bytes">The length.</param>
/// <param name="FirstLine">The first line's number in the blob, from 1.</param>
/// <param name="Records">Lines that are not blank.</param>
internal sealed record Shard(int Index, long Offset, long Bytes, long FirstLine, int Records);
