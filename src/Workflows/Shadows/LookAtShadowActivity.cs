using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Shadows;

/// <summary>Says what has been counted so far.</summary>
internal sealed class LookAtShadowActivity(ShadowStore store) : Activity<ShadowOrder, ShadowCounts>
{
    public override Task<ShadowCounts> RunAsync(ActivityContext context, ShadowOrder input) => store.SumAsync(input, context.CancellationToken);
}
