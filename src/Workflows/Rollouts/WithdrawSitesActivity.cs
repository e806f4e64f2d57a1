using System.Runtime.ExceptionServices;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>Points a few sites' folders back to what they had before the package, where the pointers are the rollout's own; returns how many that were. One that cannot be holds up no other.</summary>
internal sealed class WithdrawSitesActivity(SiteFolders folders) : Activity<RolloutGroup, int>
{
    public override async Task<int> RunAsync(ActivityContext context, RolloutGroup input)
    {
        var moved = 0;
        Exception? trouble = null;
        foreach (var site in input.Sites)
        {
            try
            {
                moved += await folders.WithdrawAsync(site, input.Task, input.Package, context.CancellationToken, input.Sequences?.GetValueOrDefault(site)) ? 1 : 0;
            }
            catch (Exception error) when (!context.CancellationToken.IsCancellationRequested)
            {
                trouble ??= error;
            }
        }

        if (trouble is not null)
        {
            ExceptionDispatchInfo.Throw(trouble);
        }

        return moved;
    }
}
