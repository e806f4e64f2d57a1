using Understudy.Inference.Releases;

namespace Understudy.Workflows.Retention;

/// <summary>What was removed and what was kept, and why.</summary>
/// <param name="Task">The task.</param>
/// <param name="Keep">So many of the newest releases stay.</param>
/// <param name="DryRun">Whether nothing was removed in fact.</param>
/// <param name="Releases">Of the models folder, newest first.</param>
/// <param name="Packages">Of the storage.</param>
public sealed record RetentionReport(string Task, int Keep, bool DryRun, IReadOnlyList<PrunedRelease> Releases, IReadOnlyList<PrunedPackage> Packages);
