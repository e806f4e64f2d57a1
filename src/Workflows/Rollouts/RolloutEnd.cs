namespace Understudy.Workflows.Rollouts;

/// <summary>A rollout that is well and about to end.</summary>
/// <param name="Package">The address of what was sent.</param>
/// <param name="Since">Its number among those of its task.</param>
internal sealed record RolloutEnd(string Task, string Package, DateTimeOffset Since);
