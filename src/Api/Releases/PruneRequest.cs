namespace Understudy.Api.Releases;

/// <summary>The body of <c>POST /api/tasks/{task}/releases/prune</c>.</summary>
/// <param name="Keep">So many of the newest releases stay.</param>
/// <param name="DryRun">Only say what would go.</param>
public sealed record PruneRequest(int Keep, bool DryRun);
