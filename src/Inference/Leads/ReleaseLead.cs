using Understudy.Inference.Batching;
using Understudy.Inference.Decoding;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Leads;

/// <summary>The release's own lead, in process.</summary>
internal sealed class ReleaseLead(TierScorer scorer) : ILead
{
    public bool ReadsStudents(Release release) => false;

    public async ValueTask<LeadRuling[]> RuleAsync(Release release, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken)
    {
        // A classifier takes all at once; what one text does to a writer is not the others' fault.
        IEnumerable<IReadOnlyList<PipelineItem>> groups = release.Lead.Model is ITextWriter ? items.Chunk(1) : [items];
        var rulings = await Task.WhenAll(groups.Select(group => RuleTogetherAsync(release, group, cancellationToken))).ConfigureAwait(false);
        return [.. rulings.SelectMany(group => group)];
    }

    private async Task<LeadRuling[]> RuleTogetherAsync(Release release, IReadOnlyList<PipelineItem> items, CancellationToken cancellationToken)
    {
        try
        {
            var explains = release.Definition.Lead is { Explain: true };
            return Array.ConvertAll(
                await scorer.VoteAsync(release.Lead, items, cancellationToken).ConfigureAwait(false), vote => new LeadRuling(vote, Explanation: explains ? vote.Rationale : null));
        }
        catch (Exception error) when (error is not (OperationCanceledException or OverloadedException))
        {
            return [.. items.Select(_ => new LeadRuling(null, error))];
        }
    }
}
