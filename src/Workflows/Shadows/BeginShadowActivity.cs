using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Shadows;

/// <summary>Lets a candidate answer live inputs, unseen, on every host.</summary>
internal sealed class BeginShadowActivity(ShadowStore store, ShadowRunner runner) : Activity<ShadowOrder, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, ShadowOrder input)
    {
        await store.BeginAsync(input, context.CancellationToken);
        await runner.LookAsync(context.CancellationToken, input); // the others look by themselves
        return true;
    }
}
