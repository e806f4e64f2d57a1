using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Shadows;

/// <summary>Lets a candidate answer live inputs, unseen, on every host; false where it is not what the gate measured any more.</summary>
internal sealed class BeginShadowActivity(ShadowStore store, ShadowRunner runner) : Activity<ShadowOrder, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, ShadowOrder input)
    {
        await store.BeginAsync(input, context.CancellationToken);
        try
        {
            await runner.LookAsync(context.CancellationToken, input); // the others look by themselves
            return true;
        }
        catch (CandidateChangedException)
        {
            await store.EndAsync(input, context.CancellationToken);
            return false;
        }
    }
}
