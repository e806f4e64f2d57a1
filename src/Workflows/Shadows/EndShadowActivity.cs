using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Shadows;

/// <summary>Ends a shadow and judges by what was counted. What other hosts have counted since they last stored is not in it: two seconds at most.</summary>
internal sealed class EndShadowActivity(ShadowStore store, ShadowRunner runner) : Activity<EndShadowInput, ShadowReport>
{
    public override async Task<ShadowReport> RunAsync(ActivityContext context, EndShadowInput input)
    {
        await store.EndAsync(input.Order, context.CancellationToken);
        await runner.LookAsync(context.CancellationToken);
        return ShadowRules.Decide(await store.SumAsync(input.Order, context.CancellationToken), input.Settings);
    }
}
