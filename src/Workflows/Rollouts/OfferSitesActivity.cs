using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>Points a few sites' folders to the package.</summary>
internal sealed class OfferSitesActivity(SiteFolders folders) : Activity<RolloutGroup, IReadOnlyList<OfferedSite>>
{
    public override Task<IReadOnlyList<OfferedSite>> RunAsync(ActivityContext context, RolloutGroup input) => folders.OfferAsync(input, context.CancellationToken);
}
