using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Leads;

/// <summary>
/// Waits for a lead that is away, with pauses that grow until it is heard from, as long as the task has patience: once for all steps of a run, from when the lead was
/// first found away and has neither answered nor refused an input since. The last call has to do without it; what nobody answers then is asked about a few times more.
/// </summary>
internal sealed class LeadPatience(WorkflowContext context)
{
    /// <summary>From this version on the steps of a run share its patience, and keep what was answered where others stay open; before, each had its own, and failed.</summary>
    private const int IsShared = 7;

    /// <summary>From this version on it is away at the earliest from when it was last heard from in any step of the run.</summary>
    private const int CountsFromAnswers = 8;

    /// <summary>How long a step begins questions. Those under way have their own deadline, so that it ends within host.json's <c>functionTimeout</c> unless <c>lead.deadlineSeconds</c> is over ten minutes.</summary>
    public static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2), LongestPause = TimeSpan.FromMinutes(10);

    private DateTimeOffset? _awaySince, _heardAt;

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
        var (since, pause, attempts) = (context.CurrentUtcDateTime, FirstPause, 1);
        var outcome = await AskAsync(verify, true, false);
        while (outcome.Away > 0 && (outcome.Failure is null || attempts < StepRetry.Policy.MaxAttempts))
        {
            if (outcome.Failure is not null)
            {
                await context.CreateTimer(context.CurrentUtcDateTime + StepRetry.Policy.DelayAfter(attempts++));
                outcome = await AskAsync(verify, false, true);
                continue;
            }

            var now = context.CurrentUtcDateTime;
            var away = context.Version >= IsShared ? Earlier(since, _awaySince ?? since) : since;
            var next = Earlier(now + pause, End(away, outcome.Patience));
            if (now < End(away, outcome.Patience) || context.Version < IsShared)
            {
                waiting?.Invoke(next);
                await context.CreateTimer(next);
            }

            outcome = await AskAsync(verify, next < End(away, outcome.Patience), true); // another step may have heard from it meanwhile
            pause = outcome.Heard > 0 ? FirstPause : pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        return outcome;
    }

    private async Task<T> AskAsync<T>(Func<bool, bool, Task<T>> verify, bool mayWait, bool again)
        where T : LeadOutcome
    {
        var asked = context.CurrentUtcDateTime;
        var outcome = await verify(mayWait, again);
        (_awaySince, _heardAt) = outcome.Heard > 0 ? (null, context.CurrentUtcDateTime) : (_awaySince, _heardAt);
        _awaySince = outcome.Away > 0 ? _awaySince ?? asked : _awaySince;
        return outcome;
    }

    /// <summary>When the patience with a lead is over that was first found away then.</summary>
    private DateTimeOffset End(DateTimeOffset away, TimeSpan patience) =>
        (context.Version >= CountsFromAnswers && _heardAt > away ? _heardAt.Value : away) + patience;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
