using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>Points a few sites' folders to the package; fewer, or none, when a later rollout of the task is under way.</summary>
internal sealed class OfferSitesActivity(SiteFolders folders) : Activity<RolloutGroup, IReadOnlyList<OfferedSite>>
{
    public override Task<IReadOnlyList<OfferedSite>> RunAsync(ActivityContext context, RolloutGroup input) => folders.OfferAsync(input, context.CancellationToken);
}
