namespace Understudy.Workflows.Quarantine;

/// <summary>A blob of <see cref="Batches.QuarantinedLine"/>s: the lines of a batch that could not be used.</summary>
/// <param name="Blob">With its container.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="At">When the batch left it.</param>
public sealed record QuarantinedLines(string Blob, long Bytes, DateTimeOffset At);
