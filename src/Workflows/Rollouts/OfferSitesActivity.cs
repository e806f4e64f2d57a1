using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>Points a few sites' folders to the package; none when a later rollout of the task is under way.</summary>
internal sealed class OfferSitesActivity(SiteFolders folders, RolloutOrder order) : Activity<RolloutGroup, IReadOnlyList<OfferedSite>>
{
    public override async Task<IReadOnlyList<OfferedSite>> RunAsync(ActivityContext context, RolloutGroup input) =>
        await order.IsLatestAsync(input.Task, input.Since, context.CancellationToken) ? await folders.OfferAsync(input, context.CancellationToken) : [];
}
