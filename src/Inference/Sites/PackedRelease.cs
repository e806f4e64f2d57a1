namespace Understudy.Inference.Sites;

/// <summary>A package that is ready to be put into sites' folders.</summary>
/// <param name="Package">What is in it.</param>
/// <param name="List">The package's list as written.</param>
/// <param name="Address">The list's SHA-256.</param>
/// <param name="Contents">The files' contents by SHA-256.</param>
public sealed record PackedRelease(EdgePackage Package, byte[] List, string Address, IReadOnlyDictionary<string, byte[]> Contents);
