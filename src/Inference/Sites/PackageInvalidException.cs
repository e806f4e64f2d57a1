namespace Understudy.Inference.Sites;

/// <summary>A package, or the way to it, is not what was signed for, or cannot be used here. The message says what is wrong, as part of a sentence.</summary>
public sealed class PackageInvalidException(string message, Exception? inner = null) : Exception(message, inner);
