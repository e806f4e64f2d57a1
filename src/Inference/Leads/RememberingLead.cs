using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Leads;

/// <summary>A lead that is not asked again what it has answered. What a student made of an input may change the answer: one that reads it is asked each time.</summary>
internal sealed class RememberingLead(ILead lead, LeadMemory memory) : ILead
{
    public bool ReadsStudents(Release release) => lead.ReadsStudents(release);

    public async ValueTask<LeadRuling[]> RuleAsync(Release release, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken)
    {
        if (ReadsStudents(release))
        {
            return await lead.RuleAsync(release, items, cancellationToken).ConfigureAwait(false);
        }

        var rulings = new LeadRuling[items.Count];
        var open = Enumerable.Range(0, rulings.Length).Where(i => !memory.TryRecall(items[i].Text(), out rulings[i])).ToList();
        if (open.Count == 0)
        {
            return rulings;
        }

        var fresh = await lead.RuleAsync(release, open.ConvertAll(i => items[i]), cancellationToken).ConfigureAwait(false);
        foreach (var (i, ruling) in open.Zip(fresh))
        {
            rulings[i] = ruling;
            memory.Remember(items[i].Text(), ruling);
        }

        return rulings;
    }
}
