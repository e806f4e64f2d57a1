namespace Understudy.Inference.Releases;

/// <summary>What the search for thresholds found: what is promised, on how much evidence.</summary>
public sealed record ThresholdReport
{
    /// <summary>Whether students may answer at all. If not, every input goes to the lead and the promise holds trivially.</summary>
    public bool Certified { get; init; }

    /// <summary>Size of the calibration set.</summary>
    public int Examples { get; init; }

    /// <summary>
    /// The least number of examples with which anything could be certified. When nothing was, although there were as many, an estimate
    /// of how many it would take at the loss observed; 0 when no number would do, because the students are worse than was asked.
    /// </summary>
    public int ExamplesNeeded { get; init; }

    /// <summary>Share of the calibration set that the chosen cascade got wrong and the lead right.</summary>
    public double Risk { get; init; }

    /// <summary>Share of the calibration set that a student answers.</summary>
    public double StudentShare { get; init; }

    /// <summary>Probability of a loss as small as <see cref="Risk"/> if the promise were broken; at most delta when certified.</summary>
    public double PValue { get; init; } = 1;

    /// <summary>Expected model time of the chosen cascade, in milliseconds an input, from the tiers' measured costs.</summary>
    public double MillisecondsPerItem { get; init; }
}
