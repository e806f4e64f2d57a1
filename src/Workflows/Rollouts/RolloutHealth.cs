using Understudy.Inference.Sites;

namespace Understudy.Workflows.Rollouts;

/// <summary>What the sites that were looked at report. Who is in neither list has not answered yet.</summary>
/// <param name="Updated">They serve the package.</param>
/// <param name="Failed">They refused it or took it back.</param>
/// <param name="Counts">Of those that serve it, together.</param>
internal sealed record RolloutHealth(IReadOnlyList<string> Updated, IReadOnlyList<FailedSite> Failed, SiteCounts Counts);
