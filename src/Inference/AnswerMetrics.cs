using System.Diagnostics;
using System.Diagnostics.Metrics;
using Understudy.Inference.Receipts;

namespace Understudy.Inference;

/// <summary>What receipts add up to, for both request paths: tokens, cost, deferrals by tier, accepted length, agreement of students and lead.</summary>
internal static class AnswerMetrics
{
    private static readonly Meter Meter = new(InferenceTelemetry.Name);

    private static readonly Counter<long> Answers =
        Meter.CreateCounter<long>("understudy.answers", "{answer}", "Answers, by the tier that gave them.");

    private static readonly Counter<long> Deferrals =
        Meter.CreateCounter<long>("understudy.deferrals", "{input}", "Inputs that a tier was not sure enough to answer, by tier.");

    private static readonly Histogram<long> Tokens =
        Meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens that a tier read and wrote for one answer.");

    private static readonly Counter<double> Cost =
        Meter.CreateCounter<double>("understudy.cost", "ms", "Model time spent, all tiers together.");

    private static readonly Counter<double> LeadCost =
        Meter.CreateCounter<double>("understudy.cost.lead_alone", "ms", "Model time that the lead alone would have taken for the same answers; of a lead behind an endpoint for those that it gave.");

    private static readonly Histogram<double> AcceptedLength =
        Meter.CreateHistogram("understudy.accepted_length", "{token}", "Tokens a pass of a language model that had suggestions; 1 without them.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 8, 12] });

    private static readonly Counter<long> Agreement =
        Meter.CreateCounter<long>("understudy.agreement", "{input}", "Deferred inputs, by whether the last student's label was the lead's.");

    /// <summary>Counts one answer.</summary>
    /// <param name="receipt">Its receipt.</param>
    /// <param name="lead">The name of the release's lead.</param>
    public static void Add(Receipt receipt, string lead)
    {
        if (Answers.Enabled)
        {
            var tags = Tags(receipt, receipt.AnsweredBy);
            tags.Add("understudy.degraded", receipt.Degraded);
            Answers.Add(1, tags);
        }

        if (Cost.Enabled)
        {
            Cost.Add(receipt.ModelMilliseconds, Tags(receipt));
            LeadCost.Add(receipt.LeadMilliseconds, Tags(receipt));
        }

        var tiers = receipt.Tiers;
        for (var i = 0; i < tiers.Count; i++)
        {
            AddTier(receipt, tiers[i], isLead: tiers[i].Tier == lead);
        }

        if (tiers.Count > 1 && tiers[^1].Tier == lead && tiers[^1].Label is { } truth && tiers[^2].Label is { } guess && Agreement.Enabled)
        {
            var tags = Tags(receipt, tiers[^2].Tier);
            tags.Add("understudy.agrees", truth == guess);
            Agreement.Add(1, tags);
        }
    }

    private static void AddTier(Receipt receipt, ReceiptTier tier, bool isLead)
    {
        if (!isLead && tier.Confidence < tier.Threshold && Deferrals.Enabled)
        {
            Deferrals.Add(1, Tags(receipt, tier.Tier));
        }

        if (tier.Tokens is not { } tokens || !(Tokens.Enabled || AcceptedLength.Enabled))
        {
            return;
        }

        Tokens.Record(tokens.Prompt, Typed(receipt, tier, "input"));
        Tokens.Record(tokens.Completion, Typed(receipt, tier, "output"));
        if (tokens is { Passes: > 0, Completion: > 0 })
        {
            AcceptedLength.Record((tokens.Completion - 1.0) / tokens.Passes, Tags(receipt, tier.Tier));
        }
    }

    private static TagList Typed(Receipt receipt, ReceiptTier tier, string type)
    {
        var tags = Tags(receipt, tier.Tier);
        tags.Add("gen_ai.token.type", type);
        return tags;
    }

    private static TagList Tags(Receipt receipt, string? tier = null)
    {
        var tags = new TagList
        {
            { "gen_ai.request.model", receipt.Task },
            { "gen_ai.response.model", receipt.Release },
        };
        if (tier is not null)
        {
            tags.Add("understudy.tier", tier);
        }

        return tags;
    }
}
