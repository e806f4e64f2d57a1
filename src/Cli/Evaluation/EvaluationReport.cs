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

    /// <summary>Lines of the data that could not be used.</summary>
    public required int Malformed { get; init; }

    public required IReadOnlyList<TierResult> Tiers { get; init; }
}
