using Understudy.Inference.Receipts;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Pipelines;

/// <summary>Stage 4: one answer from the votes. The tier that was asked last answers; the others are not weighed in yet.</summary>
internal static class StackStage
{
    public const string Name = "stack";

    public static Answer Run(Release release, PipelineItem item)
    {
        var manifest = release.Manifest;
        if (item.Votes.Count == 0)
        {
            throw new InvalidOperationException($"Item '{item.Id}' has no votes. Run the stages cascade and verify on it first.");
        }

        // The lead's vote comes last. Without it a deferred item has only students that were not sure: the surest speaks.
        var degraded = item.Deferred && item.Votes[^1].Tier != release.Lead.Name;
        var chosen = degraded ? item.Surest()! : item.Votes[^1];
        var probabilities = new Dictionary<string, double>(manifest.Labels.Count);
        for (var i = 0; i < chosen.Probabilities.Length; i++)
        {
            probabilities[manifest.Labels[i]] = chosen.Probabilities[i];
        }

        return new()
        {
            Id = item.Id,
            Label = chosen.Completion is null ? manifest.Labels[chosen.Label] : null,
            Completion = chosen.Completion,
            Confidence = chosen.Confidence,
            Probabilities = probabilities,
            Receipt = Receipt(release, item, chosen, degraded),
        };
    }

    private static Receipt Receipt(Release release, PipelineItem item, TierVote chosen, bool degraded)
    {
        var spent = 0.0;
        var tiers = new ReceiptTier[item.Votes.Count];
        for (var i = 0; i < tiers.Length; i++)
        {
            var vote = item.Votes[i];
            spent += vote.Milliseconds;
            tiers[i] = new(vote.Tier, vote.Completion is null ? release.Manifest.Labels[vote.Label] : null, vote.Confidence, vote.Threshold, ReferenceEquals(vote, chosen), vote.Milliseconds) { Tokens = vote.Tokens };
        }

        var lead = chosen.LeadMilliseconds ?? release.Lead.MillisecondsPerItem;
        return new()
        {
            Task = release.Manifest.Task,
            Release = release.Manifest.Version,
            AnsweredBy = chosen.Tier,
            Confidence = chosen.Confidence,
            Degraded = degraded,
            Stages = [.. item.Stages, new ReceiptStage(Name, "passed", item.Votes.Count == 1 ? "one tier was asked" : "the last tier that was asked answers", 0)],
            Tiers = tiers,
            ModelMilliseconds = spent,
            LeadMilliseconds = lead,
            Saving = lead > 0 ? 1 - (spent / lead) : 0,
        };
    }
}
