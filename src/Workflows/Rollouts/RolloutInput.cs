namespace Understudy.Workflows.Rollouts;

/// <summary>What a <c>rollout</c> workflow depends on.</summary>
/// <param name="Task">The task.</param>
/// <param name="Version">The release that sites are to serve.</param>
/// <param name="Settings">Null for those of the host, which are read once, at the start.</param>
public sealed record RolloutInput(string Task, string Version, RolloutSettings? Settings = null);
