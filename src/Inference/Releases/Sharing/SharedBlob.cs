namespace Understudy.Inference.Releases.Sharing;

/// <summary>A blob as it was read.</summary>
/// <param name="Content">All of it.</param>
/// <param name="Tag">To write over just this.</param>
public sealed record SharedBlob(byte[] Content, string Tag);
