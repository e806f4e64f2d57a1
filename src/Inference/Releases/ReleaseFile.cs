namespace Understudy.Inference.Releases;

/// <summary>A file of a release.</summary>
/// <param name="Name">Relative to the release's folder, with forward slashes and no <c>..</c>.</param>
/// <param name="Sha256">Of its content, 64 lower-case hexadecimal digits.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ReleaseFile(string Name, string Sha256, long Bytes);
