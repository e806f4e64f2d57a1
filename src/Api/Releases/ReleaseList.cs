using Understudy.Inference.Releases;

namespace Understudy.Api.Releases;

/// <summary>The releases of a task and what its channels point to.</summary>
/// <param name="Rollout">The operation that brings edge sites back too; null where none was started.</param>
/// <param name="RolloutProblem">Why it was not started; null where there is nothing to say.</param>
public sealed record ReleaseList(string Task, string? Stable, string? Previous, string? Candidate, IReadOnlyList<ReleaseSummary> Releases, string? Rollout = null, string? RolloutProblem = null);
