namespace Understudy.Cli.Evaluation;

/// <summary>How a release does on labelled records: the cascade, and the lead alone on the same records.</summary>
internal sealed record EvaluationReport
{
    public required string Task { get; init; }

    public required string Release { get; init; }

    public required int Records { get; init; }

    public required double Accuracy { get; init; }

    public required double LeadAccuracy { get; init; }

    public required double MacroF1 { get; init; }

    public required double LeadMacroF1 { get; init; }

    /// <summary>Expected calibration error of the cascade's confidences.</summary>
    public required double Ece { get; init; }

    /// <summary>How well the cascade's confidence tells right answers from wrong ones; 0.5 says nothing.</summary>
    public required double Auroc { get; init; }

    public required double StudentShare { get; init; }

    /// <summary>Model time of the cascade over that of the lead alone, both measured in this run in batches of the same records.</summary>
    public required double CostRatio { get; init; }

    /// <summary>Records on which the cascade and the lead alone differ.</summary>
    public required int Disagreements { get; init; }

    /// <summary>Accuracy of stacking, all tiers asked: by the release's own stack, or else by one fitted on the calibration set that it keeps; null without either.</summary>
    public double? StackAccuracy { get; init; }

    /// <summary>What <see cref="StackAccuracy"/> is of: <c>stack</c>, or the tier that stands in for it where it shows no gain over it in cross-validation.</summary>
    public string? StackBy { get; init; }

    /// <summary>The most accurate tier on these records, each asked about all of them.</summary>
    public required string BestMember { get; init; }

    public required double BestMemberAccuracy { get; init; }

    /// <summary>What has the last word over the tiers that were asked; null where that is the last of them.</summary>
    public string? Ensemble { get; init; }

    /// <summary>Accuracy of the cascade before <see cref="Ensemble"/> has its say: where no student is sure, the lead decides. Without an ensemble, the cascade's own.</summary>
    public required double VerifiedAccuracy { get; init; }

    /// <summary>Of the deferred records the share whose label the lead accepts; null where none was deferred with a student's label.</summary>
    public double? AcceptedShare { get; init; }

    /// <summary>Records labelled <c>oos</c>, which fit none of the task's labels; unless the task has that label, they are not among the records.</summary>
    public int OutOfScope { get; init; }

    /// <summary>How well the lead's greatest probability tells records in scope from those out of it (area under the ROC curve); null without such.</summary>
    public double? OosAuroc { get; init; }

    /// <summary>The same by the lead's energy.</summary>
    public double? OosEnergyAuroc { get; init; }

    /// <summary>Lines of the data that could not be used.</summary>
    public required int Malformed { get; init; }

    /// <summary>Ids of the records that the lead did not answer; they are not among the records.</summary>
    public IReadOnlyList<string> Unanswered { get; init; } = [];

    public required IReadOnlyList<TierResult> Tiers { get; init; }
}
