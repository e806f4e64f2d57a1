using System.Runtime.ExceptionServices;
using Understudy.Inference.Batching;
using Understudy.Inference.Budgets;
using Understudy.Inference.Leads;
using Understudy.Inference.Receipts;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Pipelines;

/// <summary>
/// Stage 3: the lead accepts or overrides what the students said of the deferred items. If it is away, the best that the students can say
/// stands and the receipt says so, or the item stays open, as the task chooses; what it refuses waits only where no student can answer either.
/// </summary>
internal static class VerifyStage
{
    private const string Name = "verify";

    private const string Failed = "failed";

    /// <param name="marks">Whether what nobody answers is marked (<see cref="PipelineItem.Unanswered"/>): an exception would take with it what the lead said of the others.</param>
    public static async ValueTask<IReadOnlyList<PipelineItem>> RunAsync(
        Release release, IReadOnlyList<PipelineItem> items, ILead lead, TierScorer scorer, LeadAbsence absence, bool marks, CancellationToken cancellationToken)
    {
        var result = new PipelineItem[items.Count];
        List<int> open = [];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = items[i].Deferred || WasRun(items[i]) ? items[i] : With(items[i], new(Name, "passed", "a student was sure enough", 0));
            if (IsOpen(items[i]))
            {
                open.Add(i);
            }
        }

        if (open.Count == 0)
        {
            return result;
        }

        if (lead.ReadsStudents(release))
        {
            await AskStandInAsync(release, result, open.FindAll(i => result[i].Votes.Count == 0), scorer, cancellationToken).ConfigureAwait(false);
        }

        var rulings = await lead.RuleAsync(release, open.ConvertAll(i => result[i]), cancellationToken).ConfigureAwait(false);
        List<int> away = [];
        for (var i = 0; i < open.Count; i++)
        {
            if (rulings[i].Vote is { } vote)
            {
                result[open[i]] = With(result[open[i]] with { Unanswered = null, LeadRefused = false }, Judged(release, result[open[i]], vote, rulings[i].Explanation), vote);
            }
            else
            {
                result[open[i]] = result[open[i]] with
                {
                    SpentInVain = result[open[i]].SpentInVain + (rulings[i].Price ?? 0),
                    Unanswered = null,
                    LeadRefused = IsRefusal(rulings[i]),
                };
                away.Add(i);
            }
        }

        if (absence == LeadAbsence.Refuse && away.FindIndex(i => !IsRefusal(rulings[i])) is var first and >= 0)
        {
            ExceptionDispatchInfo.Throw(rulings[away[first]].Failure!);
        }

        // Those without a turn stay open while turns come to something, or nobody has had one: a lead that answers or refuses none of those it was asked about is away.
        var mayHaveATurn = Array.Exists(rulings, ruling => ruling.Vote is not null || IsRefusal(ruling)) || Array.TrueForAll(rulings, IsUnasked);
        var degraded = away.FindAll(i => !(mayHaveATurn && IsUnasked(rulings[i])) && (absence == LeadAbsence.Degrade || (absence != LeadAbsence.Open && IsRefusal(rulings[i]))));
        await DegradeAsync(release, result, degraded.ConvertAll(i => (open[i], rulings[i].Failure!)), marks, scorer, cancellationToken).ConfigureAwait(false);
        return result;
    }

    /// <summary>Whether the lead is to be asked about it and has not been, or was away.</summary>
    public static bool IsOpen(PipelineItem item) => item.Deferred && !WasRun(item);

    /// <summary>Whether the lead answered or refused it.</summary>
    public static bool IsHeard(PipelineItem item) => item.Deferred && (item.LeadRefused || item.Stages.Any(stage => stage.Name == Name && stage.Outcome != Failed));

    private static bool WasRun(PipelineItem item) => item.Stages.Any(stage => stage.Name == Name);

    private static bool IsRefusal(LeadRuling ruling) => ruling.Failure is LeadAwayException { IsRefusal: true };

    private static bool IsUnasked(LeadRuling ruling) => ruling.Failure is LeadAwayException { IsUnasked: true };

    private static ReceiptStage Judged(Release release, PipelineItem item, TierVote vote, string? explanation)
    {
        var lead = release.Definition.Lead is { IsRemote: true } remote ? remote.Name : "the lead";
        var student = item.Surest();
        var (outcome, reason) = student is null ? ("answered", $"{lead} answered")
            : student.Label == vote.Label && student.Completion == vote.Completion ? ("accepted", $"{lead} agrees with {student.Tier}")
            : ("overridden", $"{lead} overrides {student.Tier}{(vote.Completion is null ? $": {release.Manifest.Labels[vote.Label]}, not {release.Manifest.Labels[student.Label]}" : "")}");
        if (vote.Tokens is { Drafted: > 0 } tokens)
        {
            reason += $"; {tokens.Accepted} of {tokens.Drafted} tokens that went ahead stand, {tokens.Completion} tokens took {tokens.Passes} passes";
        }

        return new(Name, outcome, explanation is null ? reason : $"{reason}, because: {explanation}", vote.Milliseconds);
    }

    private static async ValueTask DegradeAsync(
        Release release, PipelineItem[] items, List<(int Item, Exception Failure)> away, bool marks, TierScorer scorer, CancellationToken cancellationToken)
    {
        var before = away.ConvertAll(failed => items[failed.Item].Votes.Sum(vote => vote.Milliseconds));
        var studentFailed = await AskStandInAsync(release, items, away.ConvertAll(failed => failed.Item), scorer, cancellationToken).ConfigureAwait(false)
            || away.Exists(failed => CascadeStage.HasFailure(items[failed.Item].Stages));
        var none = !Array.Exists(items, item => item.Votes.Any(Stands));
        foreach (var ((item, failure), earlier) in away.Zip(before))
        {
            if (marks && (failure is LeadAwayException or BudgetSpentException) && !items[item].Votes.Any(Stands))
            {
                items[item] = Marked(items[item], failure);
                continue;
            }

            if (none || items[item].Votes.Count == 0)
            {
                ExceptionDispatchInfo.Throw(failure is LeadAwayException lead ? Unanswered(items[item], lead, studentFailed, isOnly: items.Length == 1) : failure);
            }

            items[item] = With(items[item], new(Name, Failed, $"the lead {(failure is BudgetSpentException ? "was not asked" : "failed")}: {failure.Message}", items[item].Votes.Sum(vote => vote.Milliseconds) - earlier));
        }
    }

    /// <summary>What is refused is over; what found the lead away, or no budget, stays open.</summary>
    private static PipelineItem Marked(PipelineItem item, Exception failure)
    {
        var marked = item with { Unanswered = failure.Message };
        return failure is LeadAwayException { IsRefusal: true } ? With(marked, new(Name, Failed, failure.Message, 0)) : marked;
    }

    private static LeadAwayException Unanswered(PipelineItem item, LeadAwayException failure, bool studentFailed, bool isOnly) =>
        new(failure.IsRefusal && !isOnly ? $"Input '{item.Id}': {failure.Message}" : failure.Message, failure.RetryAfter, failure) { StudentFailed = studentFailed, IsRefusal = failure.IsRefusal };

    /// <summary>Whether it can be an answer: a text of no confidence at all is empty, cut off, or not what the task's schema allows. Beside others' answers to a direct request it is returned as such.</summary>
    private static bool Stands(TierVote vote) => vote.Completion is null || vote.Confidence > 0;

    /// <summary>
    /// The cascade left out the students that may never answer. Where the lead is away or wants to read one, the strongest of them speaks
    /// after all, beside those that were asked. One that does not work, or has nothing to say, is passed over: what is reported is why the lead did not.
    /// </summary>
    /// <returns>Whether one does not work.</returns>
    private static async ValueTask<bool> AskStandInAsync(Release release, PipelineItem[] items, List<int> which, TierScorer scorer, CancellationToken cancellationToken)
    {
        var anyFailed = false;
        foreach (var student in release.Students.Where(s => !s.MayAnswer).Reverse())
        {
            which = which.FindAll(i => items[i].Votes.All(vote => vote.Tier != student.Name));
            if (which.Count == 0)
            {
                break;
            }

            try
            {
                var votes = await scorer.VoteAsync(student, which.ConvertAll(i => items[i]), cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < votes.Length; i++)
                {
                    var before = items[which[i]].Votes;
                    items[which[i]] = items[which[i]] with { Votes = [.. before, VotePool.Join(release.Students, student, votes[i], before)] };
                }

                which = which.FindAll(i => !Stands(items[i].Votes[^1]));
            }
            catch (Exception error) when (error is not (OperationCanceledException or OverloadedException))
            {
                anyFailed = true; // the next one may work
            }
        }

        return anyFailed;
    }

    private static PipelineItem With(PipelineItem item, ReceiptStage stage, TierVote? vote = null) =>
        item with { Stages = [.. item.Stages, stage], Votes = vote is null ? item.Votes : [.. item.Votes, vote] };
}
