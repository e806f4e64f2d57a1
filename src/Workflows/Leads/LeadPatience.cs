using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Leads;

/// <summary>Waits for a lead that is away, with pauses that grow, as long as the task has patience. The last call has to do without it.</summary>
internal static class LeadPatience
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2), LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>How long the release's task waits; zero for one that does not.</summary>
    public static TimeSpan Of(Release release) =>
        release.Definition.WaitsForLead ? TimeSpan.FromMinutes((release.Definition.Lead ?? new()).WaitMinutes) : TimeSpan.Zero;

    /// <param name="verify">Runs the step; told whether inputs may stay open, and whether it has run before.</param>
    /// <param name="waiting">Told when the lead is asked again.</param>
    public static async Task<T> VerifyAsync<T>(WorkflowContext context, Func<bool, bool, Task<T>> verify, Action<DateTimeOffset>? waiting = null)
        where T : LeadOutcome
    {
        var (since, pause) = (context.CurrentUtcDateTime, FirstPause);
        var outcome = await verify(true, false);
        while (outcome.Away > 0)
        {
            var (end, next) = (since + outcome.Patience, context.CurrentUtcDateTime + pause);
            next = next < end ? next : end;
            waiting?.Invoke(next);
            await context.CreateTimer(next);
            outcome = await verify(next < end, true);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        return outcome;
    }
}
