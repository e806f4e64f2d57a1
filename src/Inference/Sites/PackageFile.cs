namespace Understudy.Inference.Sites;

/// <summary>A file of a package.</summary>
/// <param name="Name">Relative to the package's folder, with forward slashes and no <c>..</c>.</param>
/// <param name="Sha256">Of its content; also the name of the blob that holds it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Blocks">Its content in order, cut by <see cref="BlockCutter"/>.</param>
public sealed record PackageFile(string Name, string Sha256, long Bytes, IReadOnlyList<PackageBlock> Blocks);
