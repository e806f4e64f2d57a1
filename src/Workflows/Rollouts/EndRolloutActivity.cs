using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>Lets a rollout end well, so that its release may be gone back to; returns false when a later rollout of the task has begun, which its sites are left to.</summary>
internal sealed class EndRolloutActivity(RolloutOrder order) : Activity<RolloutEnd, bool>
{
    public override Task<bool> RunAsync(ActivityContext context, RolloutEnd input) => order.EndAsync(input.Task, input.Since, input.Package, context.CancellationToken);
}
