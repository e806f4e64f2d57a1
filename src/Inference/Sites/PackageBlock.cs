namespace Understudy.Inference.Sites;

/// <summary>A piece of a file.</summary>
/// <param name="Sha256">Of its content, 64 lower-case hexadecimal digits.</param>
/// <param name="Bytes">Its size.</param>
public sealed record PackageBlock(string Sha256, int Bytes);
