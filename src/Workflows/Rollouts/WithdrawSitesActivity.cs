using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>Points a few sites' folders back to what they had before the package; returns how many that were.</summary>
internal sealed class WithdrawSitesActivity(SiteFolders folders) : Activity<RolloutGroup, int>
{
    public override async Task<int> RunAsync(ActivityContext context, RolloutGroup input)
    {
        var moved = 0;
        foreach (var site in input.Sites)
        {
            moved += await folders.WithdrawAsync(site, input.Task, input.Package, context.CancellationToken) ? 1 : 0;
        }

        return moved;
    }
}
