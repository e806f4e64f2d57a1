namespace Understudy.Workflows.Quarantine;

/// <summary>What is in quarantine, the latest first.</summary>
/// <param name="Blobs">Whole blobs, which can be redriven.</param>
/// <param name="Lines">Blobs with single lines of batches.</param>
/// <param name="More">True when there is more than was asked for.</param>
public sealed record QuarantineContent(IReadOnlyList<QuarantinedBlob> Blobs, IReadOnlyList<QuarantinedLines> Lines, bool More);
