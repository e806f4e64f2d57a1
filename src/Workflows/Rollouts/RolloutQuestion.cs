namespace Understudy.Workflows.Rollouts;

/// <summary>What is to be planned.</summary>
/// <param name="Version">The release that sites are to serve.</param>
/// <param name="Settings">Null for those of the host.</param>
/// <param name="Since">When the rollout began; null from a program of before, which did not say.</param>
internal sealed record RolloutQuestion(string Task, string Version, RolloutSettings? Settings = null, DateTimeOffset? Since = null);
