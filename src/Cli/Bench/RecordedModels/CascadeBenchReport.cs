using Understudy.Inference.Cascades;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>A cascade of recorded models: what was chosen on all questions, and what such choices do on questions they were not made on.</summary>
internal sealed record CascadeBenchReport
{
    /// <summary>Questions that every model answered.</summary>
    public required int Records { get; init; }

    /// <summary>Questions that lack a model's answers; not used.</summary>
    public required int Incomplete { get; init; }

    /// <summary>Lines of the data that could not be used.</summary>
    public required int Malformed { get; init; }

    public required Guarantee Guarantee { get; init; }

    public required IReadOnlyList<RecordedTier> Tiers { get; init; }

    /// <summary>Chosen on all questions: how many samples of each way of asking a student are drawn.</summary>
    public required int Samples { get; init; }

    /// <summary>Chosen on all questions, by student; above 1 means that it is not asked.</summary>
    public required IReadOnlyDictionary<string, double> Thresholds { get; init; }

    /// <summary>Whether students may answer at all; if not, the promise holds trivially.</summary>
    public required bool Certified { get; init; }

    /// <summary>How many questions it would take, at least, to promise anything.</summary>
    public required int RecordsNeeded { get; init; }

    /// <summary>Probability of a loss as small as was seen if the promise were broken; delta is shared by the numbers of samples compared.</summary>
    public required double PValue { get; init; }

    /// <summary>The promise and the evidence for it, in words.</summary>
    public required string Promise { get; init; }

    public required double LeadAccuracy { get; init; }

    /// <summary>Of held-out questions: each is served by a choice made on other questions.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Share of held-out questions answered wrongly where the lead is right; the guarantee bounds it.</summary>
    public required double Risk { get; init; }

    /// <summary>Share of held-out questions that a student answers.</summary>
    public required double StudentShare { get; init; }

    /// <summary>Cost of held-out questions over that of asking the lead alone.</summary>
    public required double CostRatio { get; init; }

    /// <summary>Whether the risk on held-out questions is within epsilon, and the repeated choice breaks the promise no more often than delta and chance allow.</summary>
    public required bool MeetsGuarantee { get; init; }

    public required GuaranteeCheckReport Check { get; init; }

    /// <summary>Cost over the lead's at no less than its accuracy, on the questions that this was chosen on.</summary>
    public required double CostAtEqualAccuracy { get; init; }

    public required EqualAccuracy EqualAccuracy { get; init; }

    /// <summary>Where the curve is drawn.</summary>
    public required string Plot { get; init; }
}
