using Understudy.Inference.Budgets;
using Understudy.Inference.Cascades;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Leads;

/// <summary>
/// A lead in process that has a price: each item is paid for before it is asked about, and those for which nothing is left are not. What a writer will cost is known only when it
/// has written, and until then the most that it may cost is set aside: so a few are paid for at a time.
/// </summary>
internal sealed class PaidLead(ILead inner, TaskBudget budget, IBudgetLedger budgets, TimeProvider time) : ILead
{
    /// <summary>Of a writer that does not say how much it reads and writes.</summary>
    private const int InputTokens = 32 * 1024, OutputTokens = 4096;

    private const int WritersAtOnce = 8;

    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(10);

    public bool ReadsStudents(Release release) => inner.ReadsStudents(release);

    public async ValueTask<LeadRuling[]> RuleAsync(Release release, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken)
    {
        if (release.Lead.Model is not ITextWriter)
        {
            return await RuleTogetherAsync(release, items, cancellationToken).ConfigureAwait(false);
        }

        var rulings = new LeadRuling[items.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = WritersAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, items.Count), options, async (i, cancelled) =>
            rulings[i] = (await RuleTogetherAsync(release, [items[i]], cancelled).ConfigureAwait(false))[0]).ConfigureAwait(false);
        return rulings;
    }

    private async ValueTask<LeadRuling[]> RuleTogetherAsync(Release release, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken)
    {
        var (task, most) = (release.Manifest.Task, Most(release.Lead.Model));
        var rulings = new LeadRuling[items.Count];
        var paid = new BudgetReservation?[items.Count];
        try
        {
            await Task.WhenAll(items.Select((_, i) => PayAsync(i))).ConfigureAwait(false);
            int[] open = [.. Enumerable.Range(0, items.Count).Where(i => paid[i] is not null)];
            var ruled = open.Length == 0 ? [] : await inner.RuleAsync(release, Array.ConvertAll(open, i => items[i]), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < open.Length; i++)
            {
                rulings[open[i]] = Settle(open[i], ruled[i]);
            }

            return rulings;
        }
        finally
        {
            foreach (var unused in paid.OfType<BudgetReservation>())
            {
                budgets.Settle(unused, 0);
            }
        }

        async Task PayAsync(int i)
        {
            try
            {
                paid[i] = await budgets.ReserveAsync(task, budget, most, Hold, cancellationToken).ConfigureAwait(false);
                rulings[i] = new(null, BudgetSpentException.Now(task, budget, time));
            }
            catch (LeadAwayException error)
            {
                rulings[i] = new(null, error);
            }
        }

        LeadRuling Settle(int i, LeadRuling ruling)
        {
            var cost = ruling.Vote is { } vote ? budget.Price(vote.Tokens?.Prompt ?? 0, vote.Tokens?.Completion ?? 0) : 0;
            budgets.Settle(paid[i]!, cost);
            paid[i] = null;
            return ruling.Vote is null ? ruling : ruling with { Vote = ruling.Vote with { Price = cost } };
        }
    }

    /// <summary>A classifier has no tokens; a writer has at most what its context holds.</summary>
    private decimal Most(ITierModel lead) => lead switch
    {
        CallWriter writer => budget.Price(writer.LongestPrompt, writer.LongestAnswer),
        ITextWriter => budget.Price(InputTokens, OutputTokens),
        _ => budget.Price(0, 0),
    };
}
