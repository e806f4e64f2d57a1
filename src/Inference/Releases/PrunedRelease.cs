namespace Understudy.Inference.Releases;

/// <summary>What became of a release when old ones were removed.</summary>
/// <param name="Version">Its name.</param>
/// <param name="Removed">Whether it went; with a dry run, whether it would.</param>
/// <param name="Reason">Why, or why not.</param>
/// <param name="Bytes">Of its files.</param>
public sealed record PrunedRelease(string Version, bool Removed, string Reason, long Bytes);
