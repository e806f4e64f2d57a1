using System.Numerics.Tensors;
using Understudy.Inference.Receipts;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Pipelines;

/// <summary>Stage 4: one answer from the votes. The tier that was asked last answers, or the release's ensemble of all that were.</summary>
internal static class StackStage
{
    private const string Name = "stack";

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
        var verdict = Combine(release, item, chosen);
        var probabilities = new Dictionary<string, double>(manifest.Labels.Count);
        for (var i = 0; i < verdict.Probabilities.Length; i++)
        {
            probabilities[manifest.Labels[i]] = verdict.Probabilities[i];
        }

        return new()
        {
            Id = item.Id,
            Label = chosen.Completion is null ? manifest.Labels[verdict.Label] : null,
            Completion = chosen.Completion,
            Confidence = verdict.Confidence,
            Probabilities = probabilities,
            Receipt = Receipt(release, item, chosen, verdict, degraded),
        };
    }

    private static Verdict Combine(Release release, PipelineItem item, TierVote chosen)
    {
        if (item.Votes.Count == 1)
        {
            return new(chosen.Label, chosen.Confidence, chosen.Pooled ?? chosen.Probabilities, new(Name, "passed", "one tier was asked", 0));
        }

        if (release.Ensemble is not { } ensemble || chosen.Completion is not null)
        {
            return new(chosen.Label, chosen.Confidence, chosen.Pooled ?? chosen.Probabilities, new(Name, "passed", "the last tier that was asked answers", 0));
        }

        var manifest = release.Manifest;
        var members = new float[]?[manifest.Tiers.Count];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = item.Votes.FirstOrDefault(vote => vote.Tier == manifest.Tiers[i].Name)?.Probabilities;
        }

        var combined = new float[manifest.Labels.Count];
        ensemble.Combine(members, combined);
        var label = TensorPrimitives.IndexOfMax<float>(combined);
        var who = $"the {ensemble.Name} of {string.Join(", ", item.Votes.Select(vote => vote.Tier))}";
        return new(label, combined[label], combined, label == chosen.Label
            ? new(Name, "accepted", $"{who} agrees with {chosen.Tier}", 0)
            : new(Name, "overridden", $"{who} overrides {chosen.Tier}: {manifest.Labels[label]}, not {manifest.Labels[chosen.Label]}", 0));
    }

    private static Receipt Receipt(Release release, PipelineItem item, TierVote chosen, Verdict verdict, bool degraded)
    {
        var spent = 0.0;
        var overridden = verdict.Label != chosen.Label;
        var tiers = new ReceiptTier[item.Votes.Count];
        for (var i = 0; i < tiers.Length; i++)
        {
            var vote = item.Votes[i];
            spent += vote.Milliseconds;
            var answered = ReferenceEquals(vote, chosen) && !overridden;
            tiers[i] = new(vote.Tier, vote.Completion is null ? release.Manifest.Labels[vote.Label] : null, vote.Confidence, vote.Threshold, answered, vote.Milliseconds) { Joined = vote.Pooled is not null, Tokens = vote.Tokens, Price = vote.Price };
        }

        // Of a lead behind an endpoint no more is known than what this question took: the release's own lead is another model.
        var lead = release.Definition.Lead is not { IsRemote: true } ? chosen.LeadMilliseconds ?? release.Lead.MillisecondsPerItem
            : chosen.Tier == release.Lead.Name ? chosen.Milliseconds : 0;
        return new()
        {
            Task = release.Manifest.Task,
            Release = release.Manifest.Version,
            AnsweredBy = overridden ? release.Ensemble!.Name : chosen.Tier,
            Confidence = verdict.Confidence,
            Degraded = degraded,
            Stages = [.. item.Stages, verdict.Stage],
            Tiers = tiers,
            ModelMilliseconds = spent,
            LeadMilliseconds = lead,
            Saving = lead > 0 ? 1 - (spent / lead) : 0,
            Price = release.Definition.Budget is null ? null : item.Votes.Sum(vote => vote.Price ?? 0) + item.SpentInVain,
            Currency = release.Definition.Budget?.Currency,
        };
    }

    /// <summary>What is answered, and why so.</summary>
    private readonly record struct Verdict(int Label, double Confidence, float[] Probabilities, ReceiptStage Stage);
}
