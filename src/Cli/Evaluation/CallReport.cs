using System.Diagnostics.CodeAnalysis;

namespace Understudy.Cli.Evaluation;

/// <summary>What <c>evaluate</c> measures of a release that writes function calls.</summary>
internal sealed record CallReport : DecodingReport
{
    [SetsRequiredMembers]
    public CallReport(DecodingReport measured)
        : base(measured)
    {
    }

    /// <summary>Share of the records whose whole call the lead writes as it should be; the order of slots does not count.</summary>
    public double ExactMatch { get; init; }

    /// <summary>As <see cref="ExactMatch"/>, of the lead's language model alone.</summary>
    public double LanguageModelExactMatch { get; init; }

    /// <summary>As <see cref="ExactMatch"/>, of the tagger alone; null without one.</summary>
    public double? TaggerExactMatch { get; init; }

    /// <summary>Share of the lead's answers that are a call with one of the task's intents.</summary>
    public double ValidJson { get; init; }

    /// <summary>Share of the records with the right intent.</summary>
    public double IntentAccuracy { get; init; }

    /// <summary>As <see cref="ExactMatch"/>, of the draft alone; null without one.</summary>
    public double? DraftExactMatch { get; init; }

    /// <summary>As <see cref="ValidJson"/>, of the draft alone; null without one.</summary>
    public double? DraftValidJson { get; init; }

    /// <summary>As <see cref="IntentAccuracy"/>, of the draft alone; null without one.</summary>
    public double? DraftIntentAccuracy { get; init; }
}
