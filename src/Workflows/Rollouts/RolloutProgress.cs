namespace Understudy.Workflows.Rollouts;

/// <summary>Where a rollout stands.</summary>
/// <param name="Stage"><c>plan</c>, <c>canary</c>, <c>all</c>, <c>withdraw</c> or <c>done</c>.</param>
/// <param name="Sites">All of them; 0 while not yet known.</param>
/// <param name="Offered">Those whose folder points to the package.</param>
/// <param name="Updated">Those that serve it.</param>
/// <param name="Failed">Those that refused it or took it back.</param>
public sealed record RolloutProgress(string Stage, int Sites, int Offered, int Updated, int Failed);
