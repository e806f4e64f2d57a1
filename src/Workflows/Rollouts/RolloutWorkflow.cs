using Microsoft.Extensions.Logging;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>
/// Brings a release to the sites, ring by ring: a share of them first, then all. Each ring is waited for, left to serve a while, and judged by
/// its sites' reports; on a regression, or where a step fails, every site that was pointed to the release is pointed back. Sites that are away hold
/// nothing up: where all of the first ones are, the next are first in their place. Where a later rollout of the task has begun it ends, and leaves the sites to that one.
/// </summary>
internal sealed partial class RolloutWorkflow : Workflow<RolloutInput, RolloutResult>
{
    /// <summary>Sites that one step points to the package; done again when the step is.</summary>
    private const int GroupSites = 20;

    /// <summary>From this version on the next sites are first where all of those before are away; before, everything went back.</summary>
    private const int OthersGoFirst = 5;

    /// <summary>From this version on silence takes back no release that a person went back to, and a rollout asks once more at its end whether a later one has begun.</summary>
    private const int EndsInOrder = 6;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    public override async Task<RolloutResult> RunAsync(WorkflowContext context, RolloutInput input)
    {
        var startedAt = context.CurrentUtcDateTime;
        context.SetStatus(new RolloutProgress("plan", 0, 0, 0, 0));
        var plan = await context.CallActivityAsync(WorkflowNames.PlanRollout, new RolloutQuestion(input.Task, input.Version, input.Settings, startedAt), StepRetry.Policy);
        if (plan.Problem is { } problem)
        {
            throw new RolloutRejectedException(problem);
        }

        var run = new RolloutRun(input, plan, startedAt);
        List<RolloutRing> rings = [];
        Dictionary<string, long?> offered = [];
        string? reason = null;
        var (superseded, known) = (false, false);
        while (reason is null && !superseded && offered.Count < plan.Sites.Count)
        {
            var left = plan.Sites.Skip(offered.Count);
            try
            {
                reason = await RingAsync(context, run, known ? "all" : "canary", [.. known ? left : left.Take(plan.Canaries)], rings, offered);
                known = rings[^1].Updated.Count + rings[^1].Failed.Count > 0;
            }
            catch (SupersededException)
            {
                superseded = true;
            }
            catch (StepFailedException failed)
            {
                reason = failed.Message;
            }
        }

        // A site that took the release back or refused it does not stay pointed to it: what follows would lead it back there.
        var back = reason is not null ? offered.Keys : rings.SelectMany(ring => ring.Failed).Select(site => site.Site);
        reason = await WithdrawAsync(context, run, rings, [.. back], offered, reason);
        if (context.Version >= EndsInOrder && reason is null && !superseded && offered.Count > 0)
        {
            try
            {
                superseded = !await context.CallActivityAsync(WorkflowNames.EndRollout, run.End(), StepRetry.Policy);
            }
            catch (StepFailedException failed)
            {
                reason = await WithdrawAsync(context, run, rings, [.. offered.Keys], offered, failed.Message);
            }
        }

        var result = run.Result(rings, superseded ? $"A later rollout of '{input.Task}' has begun, and the sites are left to it" : reason, superseded, context.CurrentUtcDateTime);
        await PublishAsync(context, result);
        context.SetStatus(run.Progress("done", rings));
        return result;
    }

    /// <param name="offered">The pointers by which they came to the release; those of a later rollout stay.</param>
    /// <returns>The reason, and that not every site was pointed back where there is one and that is so.</returns>
    private static async Task<string?> WithdrawAsync(
        WorkflowContext context, RolloutRun run, IReadOnlyList<RolloutRing> rings, IReadOnlyList<string> sites, Dictionary<string, long?> offered, string? reason)
    {
        if (sites.Count == 0)
        {
            return reason;
        }

        context.SetStatus(run.Progress("withdraw", rings));
        try
        {
            await Task.WhenAll(sites.Chunk(GroupSites).Select(group => context.CallActivityAsync(WorkflowNames.WithdrawSites, run.Back(group, offered), StepRetry.Policy)));
            return reason;
        }
        catch (StepFailedException failed)
        {
            LogNotBack(context.Logger, run.Input.Task, failed.Message);
            return reason is null ? null : $"{reason}; not every site was pointed back: {failed.Message}";
        }
    }

    /// <param name="offered">Takes in the sites that may be pointed to the release, also by a step that failed, and the numbers of their pointers where it did not.</param>
    /// <returns>Why everything is to go back; null when the ring is well.</returns>
    /// <exception cref="SupersededException">A later rollout has begun.</exception>
    private static async Task<string?> RingAsync(WorkflowContext context, RolloutRun run, string stage, IReadOnlyList<string> sites, List<RolloutRing> rings, Dictionary<string, long?> offered)
    {
        var settings = run.Plan.Settings;
        List<OfferedSite> pointed = [];
        foreach (var group in sites.Chunk(GroupSites))
        {
            foreach (var site in group)
            {
                offered[site] = null;
            }

            foreach (var site in await context.CallActivityAsync(WorkflowNames.OfferSites, run.Group(group), StepRetry.Policy))
            {
                pointed.Add(site);
                offered[site.Site] = site.Sequence;
            }
        }

        if (pointed.Count < sites.Count)
        {
            throw new SupersededException();
        }

        IReadOnlyList<OfferedSite> others = [];
        if (context.Version >= OthersGoFirst && rings is [.., { Updated.Count: 0, Failed.Count: 0 } away])
        {
            // Those that were first before and away may have come back meanwhile: they belong to this ring too, but it does not wait for them.
            others = away.Pending;
            rings.Remove(away);
        }

        var ring = new RolloutRing([.. others, .. pointed]);
        rings.Add(ring);
        var (until, pause) = (context.CurrentUtcDateTime.AddMinutes(settings.PatienceMinutes), TimeSpan.FromSeconds(settings.PollSeconds));
        while (ring.Pending.Except(others).Any() && context.CurrentUtcDateTime < until)
        {
            context.SetStatus(run.Progress(stage, rings));
            ring.Heard(await context.CallActivityAsync(WorkflowNames.CheckSites, run.Check(ring.Pending), StepRetry.Policy));
            if (ring.Regression(settings, run.Plan.Before) is { } early)
            {
                return early;
            }

            if (ring.Pending.Except(others).Any())
            {
                await context.CreateTimer(context.CurrentUtcDateTime + pause);
                pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
            }
        }

        context.SetStatus(run.Progress(stage, rings));
        if (ring.Updated.Count == 0)
        {
            // Without a site that serves it nothing is known of the release; the last ring may be all away, of those before one has to speak.
            // Of one that a person went back to it is known: it served before.
            var isKnown = context.Version >= EndsInOrder && settings.Serving is not null;
            var othersGoFirst = context.Version >= OthersGoFirst && ring.Failed.Count == 0 && offered.Count < run.Plan.Sites.Count;
            return stage == "canary" && !othersGoFirst && !isKnown ? $"none of the {offered.Count} sites that were first has taken it in time" : null;
        }

        if (settings.SoakMinutes > 0)
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddMinutes(settings.SoakMinutes));
        }

        ring.HeardAgain(await context.CallActivityAsync(WorkflowNames.CheckSites, run.Check(ring.Updated), StepRetry.Policy));
        return ring.Regression(settings, run.Plan.Before);
    }

    /// <summary>The sites are as they are to be, whether or not anybody can be told. Before <see cref="EndsInOrder"/> the step also ends the rollout, and must not fail.</summary>
    private static async Task PublishAsync(WorkflowContext context, RolloutResult result)
    {
        try
        {
            await context.CallActivityAsync(WorkflowNames.PublishRollout, new RolloutPublication(context.InstanceId, result), StepRetry.Policy);
        }
        catch (StepFailedException failed) when (context.Version >= EndsInOrder)
        {
            LogNotTold(context.Logger, result.Task, result.Outcome, failed.Message);
        }
    }

    private sealed class SupersededException : Exception;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task}: the rollout ended as {Outcome}, and the topic could not be told: {Reason}")]
    private static partial void LogNotTold(ILogger logger, string task, string outcome, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Task {Task}: not every site was pointed back. {Reason}")]
    private static partial void LogNotBack(ILogger logger, string task, string reason);
}
