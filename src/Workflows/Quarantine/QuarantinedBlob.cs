namespace Understudy.Workflows.Quarantine;

/// <summary>A blob that was set aside because nothing could be started for it.</summary>
/// <param name="Id">Follows from the blob and its version: what is set aside twice is set aside once.</param>
/// <param name="Container">Where it lay.</param>
/// <param name="Blob">Its name there.</param>
/// <param name="ETag">The version that was set aside.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Reason">What is wrong and what to do, as in <see cref="Batches.QuarantinedLine"/>.</param>
/// <param name="At">When it was set aside.</param>
/// <param name="Redriven">When and as what it was put back; null while it was not.</param>
public sealed record QuarantinedBlob(
    string Id, string Container, string Blob, string ETag, long Bytes, string Reason, DateTimeOffset At, Redriven? Redriven = null)
{
    /// <summary>The metadata that it had where it lay: among it what its caller asked for.</summary>
    internal IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
