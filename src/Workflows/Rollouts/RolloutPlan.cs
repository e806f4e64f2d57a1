using Understudy.Inference.Sites;

namespace Understudy.Workflows.Rollouts;

/// <summary>What is sent to whom.</summary>
/// <param name="Package">The address of the release's package.</param>
/// <param name="Sites">In the order in which they get it; those heard of last first.</param>
/// <param name="Canaries">How many of them are the first ring.</param>
/// <param name="Settings">As they were at the start, and whether the lead goes along.</param>
/// <param name="Before">What the sites did with what they served before, all together.</param>
/// <param name="Problem">Why nothing can be sent; null when it can.</param>
/// <param name="Since">The rollout's number among those of its task; null from a program of before, for when it began.</param>
internal sealed record RolloutPlan(
    string Package, IReadOnlyList<string> Sites, int Canaries, RolloutSettings Settings, SiteCounts Before, string? Problem = null, DateTimeOffset? Since = null);
