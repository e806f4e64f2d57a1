namespace Understudy.Inference.Quality;

/// <summary>What became of answers, counted.</summary>
public sealed record QualityCounts
{
    /// <summary>Answers that the lead ruled on.</summary>
    public long Deferred { get; init; }

    /// <summary>Those that are what the lead said; another word than its own is an ensemble's.</summary>
    public long DeferredAgreed { get; init; }

    /// <summary>The lead should have ruled and could not: nobody knows how good these are.</summary>
    public long Degraded { get; init; }

    /// <summary>Answers that students gave by themselves.</summary>
    public long Undeferred { get; init; }

    /// <summary>Of <see cref="Undeferred"/>, those drawn for the lead.</summary>
    public long Drawn { get; init; }

    /// <summary>Of <see cref="Drawn"/>, those about which the lead said something.</summary>
    public long Audited { get; init; }

    /// <summary>Of <see cref="Audited"/>, those of which it said something else.</summary>
    public long Disagreed { get; init; }

    /// <summary>Sum over <see cref="Disagreed"/> of 1 / the probability of being drawn.</summary>
    public double DisagreedWeight { get; init; }

    /// <summary>Answers that the lead ruled on and about which a student had said something; counted of edge sites, which report no more, and of calibration sets.</summary>
    public long Ruled { get; init; }

    /// <summary>Of <see cref="Ruled"/>, those where the surest student's word stood.</summary>
    public long RuledAgreed { get; init; }

    /// <summary>Of the inputs themselves, whatever became of them; null where none were counted, and in what was stored before they were.</summary>
    public InputCounts? Inputs { get; init; }

    public static QualityCounts operator +(QualityCounts left, QualityCounts right) => new()
    {
        Deferred = left.Deferred + right.Deferred,
        DeferredAgreed = left.DeferredAgreed + right.DeferredAgreed,
        Degraded = left.Degraded + right.Degraded,
        Undeferred = left.Undeferred + right.Undeferred,
        Drawn = left.Drawn + right.Drawn,
        Audited = left.Audited + right.Audited,
        Disagreed = left.Disagreed + right.Disagreed,
        DisagreedWeight = left.DisagreedWeight + right.DisagreedWeight,
        Ruled = left.Ruled + right.Ruled,
        RuledAgreed = left.RuledAgreed + right.RuledAgreed,
        Inputs = InputCounts.Sum(left.Inputs, right.Inputs),
    };
}
