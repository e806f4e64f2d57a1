namespace Understudy.Inference.Quality;

/// <summary>
/// How often answers are what the lead would have said. Of deferred ones that is known; of the others a random part was asked about, and each
/// disagreement found there stands for 1 / the probability of having been drawn (Horvitz and Thompson, 1952), which makes the estimate unbiased.
/// Disagreements are weighted rather than agreements, because they are few: the estimate then varies least.
/// </summary>
public sealed record QualityEstimate
{
    /// <summary>Answers counted; degraded ones are not, because nobody knows what the lead would have said.</summary>
    public long Answers { get; init; }

    /// <summary>Share of <see cref="Answers"/> that went to the lead.</summary>
    public double DeferralShare { get; init; }

    public long Degraded { get; init; }

    public long Audited { get; init; }

    /// <summary>Drawn, but not asked about: the lead was away, the budget spent, too many waited, or the host ended. They are weighted out.</summary>
    public long Missed { get; init; }

    public long Disagreed { get; init; }

    /// <summary>Estimated share of all answers that are what the lead would say; null where students answered and none was audited.</summary>
    public double? Agreement { get; init; }

    /// <summary>Lower end of its interval.</summary>
    public double AgreementLow { get; init; }

    /// <summary>Upper end of its interval.</summary>
    public double AgreementHigh { get; init; }

    /// <summary>The same of the students' own answers alone.</summary>
    public ShareInterval Students { get; init; }

    /// <summary>How often the intervals cover, at least.</summary>
    public double Level { get; init; }

    public static QualityEstimate Of(QualityCounts counts, double level = 0.95)
    {
        var answers = counts.Deferred + counts.Undeferred;
        var students = ShareInterval.Of(counts.Audited - counts.Disagreed, counts.Audited, level);
        var drawn = counts.Audited == 0 ? 1 : (double)counts.Drawn / counts.Audited;
        var agreed = counts.DeferredAgreed + counts.Undeferred - (counts.DisagreedWeight * drawn);
        return new()
        {
            Answers = answers,
            DeferralShare = answers == 0 ? 0 : (double)counts.Deferred / answers,
            Degraded = counts.Degraded,
            Audited = counts.Audited,
            Missed = counts.Drawn - counts.Audited,
            Disagreed = counts.Disagreed,
            Agreement = answers == 0 || (counts.Undeferred > 0 && counts.Audited == 0) ? null : Math.Clamp(agreed / answers, 0, 1),
            AgreementLow = Overall(students.Low),
            AgreementHigh = Overall(students.High),
            Students = students,
            Level = level,
        };

        double Overall(double share) => answers == 0 ? share : (counts.DeferredAgreed + (counts.Undeferred * share)) / answers;
    }
}
