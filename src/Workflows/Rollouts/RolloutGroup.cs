namespace Understudy.Workflows.Rollouts;

/// <summary>A few sites of a rollout, for one step.</summary>
/// <param name="Since">When the rollout began: a pointer to the package that is younger is its own.</param>
internal sealed record RolloutGroup(string Task, string Version, string Package, DateTimeOffset Since, IReadOnlyList<string> Sites);
