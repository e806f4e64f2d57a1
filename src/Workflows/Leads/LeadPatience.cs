using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Leads;

/// <summary>
/// Waits for a lead that is away, with pauses that grow, as long as the task has patience: once for all steps of a run, from when the lead was
/// first found away and has not answered since. The last call has to do without it; what nobody answers then is asked about a few times more.
/// </summary>
internal sealed class LeadPatience(WorkflowContext context)
{
    /// <summary>From this version on the steps of a run share its patience, and keep what was answered where others stay open; before, each had its own, and failed.</summary>
    private const int IsShared = 7;

    /// <summary>From this version on the time of a call in which the lead answered is none in which it was away.</summary>
    private const int CountsFromAnswers = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2), LongestPause = TimeSpan.FromMinutes(10);

    private DateTimeOffset? _awaySince;

    /// <summary>How long the release's task waits; zero for one that does not.</summary>
    public static TimeSpan Of(Release release) =>
        release.Definition.WaitsForLead ? TimeSpan.FromMinutes((release.Definition.Lead ?? new()).WaitMinutes) : TimeSpan.Zero;

    /// <summary>Whether a step leaves open what nobody answers.</summary>
    public bool LeavesOpen => context.Version >= IsShared;

    /// <param name="verify">Runs the step; told whether inputs may stay open, and whether it has run before.</param>
    /// <param name="waiting">Told when the lead is asked again.</param>
    /// <returns>What the last call reported, with <see cref="LeadOutcome.Failure"/> where an input has no answer.</returns>
    public async Task<T> VerifyAsync<T>(Func<bool, bool, Task<T>> verify, Action<DateTimeOffset>? waiting = null)
        where T : LeadOutcome
    {
        var (since, pause) = (context.CurrentUtcDateTime, FirstPause);
        var outcome = await AskAsync(verify, true, false);
        while (outcome is { Away: > 0, Failure: null })
        {
            var now = context.CurrentUtcDateTime;
            since = WasThere(outcome) ? now : since;
            var end = (context.Version >= IsShared ? Earlier(since, _awaySince ?? since) : since) + outcome.Patience;
            var next = Earlier(now + pause, end);
            if (now < end || context.Version < IsShared)
            {
                waiting?.Invoke(next);
                await context.CreateTimer(next);
            }

            outcome = await AskAsync(verify, next < end, true);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        for (var attempt = 1; outcome.Failure is not null && attempt < StepRetry.Policy.MaxAttempts; attempt++)
        {
            await context.CreateTimer(context.CurrentUtcDateTime + StepRetry.Policy.DelayAfter(attempt));
            outcome = await AskAsync(verify, false, true);
        }

        return outcome;
    }

    private async Task<T> AskAsync<T>(Func<bool, bool, Task<T>> verify, bool mayWait, bool again)
        where T : LeadOutcome
    {
        var asked = context.CurrentUtcDateTime;
        var outcome = await verify(mayWait, again);
        _awaySince = outcome.Heard > 0 ? null : _awaySince;
        _awaySince = outcome.Away > 0 ? _awaySince ?? (WasThere(outcome) ? context.CurrentUtcDateTime : asked) : _awaySince;
        return outcome;
    }

    private bool WasThere(LeadOutcome outcome) => outcome.Heard > 0 && context.Version >= CountsFromAnswers;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
