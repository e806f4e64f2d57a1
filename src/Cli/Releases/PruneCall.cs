namespace Understudy.Cli.Releases;

/// <summary>The body of <c>POST /api/tasks/{task}/releases/prune</c>.</summary>
internal sealed record PruneCall(int Keep, bool DryRun);
