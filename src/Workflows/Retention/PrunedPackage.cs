namespace Understudy.Workflows.Retention;

/// <summary>What became of an edge package, or of a site's files that packages had brought.</summary>
/// <param name="Place">Container and name, or the beginning of the names.</param>
/// <param name="Removed">Whether it went; with a dry run, whether it would.</param>
/// <param name="Reason">Why, or why not.</param>
/// <param name="Bytes">Of its blobs here.</param>
public sealed record PrunedPackage(string Place, bool Removed, string Reason, long Bytes);
