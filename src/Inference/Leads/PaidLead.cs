using Understudy.Inference.Budgets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Leads;

/// <summary>A lead in process that has a price: each item is paid for before it is asked about, and those for which nothing is left are not.</summary>
internal sealed class PaidLead(ILead inner, TaskBudget budget, IBudgetLedger budgets, TimeProvider time) : ILead
{
    private const int InputTokens = 32 * 1024, OutputTokens = 4096;

    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(10);

    public bool ReadsStudents(Release release) => inner.ReadsStudents(release);

    public async ValueTask<LeadRuling[]> RuleAsync(Release release, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken)
    {
        var task = release.Manifest.Task;
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
                paid[i] = await budgets.ReserveAsync(task, budget, Most(), Hold, cancellationToken).ConfigureAwait(false);
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
    private decimal Most() => budget is { PerMillionInputTokens: 0, PerMillionOutputTokens: 0 } ? budget.PerCall : budget.Price(InputTokens, OutputTokens);
}
