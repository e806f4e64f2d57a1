namespace Understudy.Inference.Receipts;

/// <summary>The account of one answer: who gave it, how sure, what was asked of whom and what that saved.</summary>
public sealed record Receipt
{
    public required string Task { get; init; }

    /// <summary>The release's version.</summary>
    public required string Release { get; init; }

    /// <summary>The last tier that was asked, if its label is the answer; else the ensemble that says otherwise.</summary>
    public required string AnsweredBy { get; init; }

    /// <summary>The calibrated probability of the answer, by the tier that gave it, or by the release's ensemble of those asked.</summary>
    public double Confidence { get; init; }

    /// <summary>The lead should have checked and could not: a student answered below its threshold.</summary>
    public bool Degraded { get; init; }

    public IReadOnlyList<ReceiptStage> Stages { get; init; } = [];

    /// <summary>The tiers that were asked, in order.</summary>
    public IReadOnlyList<ReceiptTier> Tiers { get; init; } = [];

    /// <summary>Model time spent on this input, all tiers together.</summary>
    public double ModelMilliseconds { get; init; }

    /// <summary>What the lead alone would have cost: its measured milliseconds an item; of one behind an endpoint what it took for this input, and 0, which is not known, where it did not answer.</summary>
    public double LeadMilliseconds { get; init; }

    /// <summary>1 − <see cref="ModelMilliseconds"/> / <see cref="LeadMilliseconds"/>: negative when asking students first cost more than it saved; 0 where the lead's cost is not known.</summary>
    public double Saving { get; init; }

    /// <summary>What the answer cost of the task's budget, attempts that failed included; null for a task without one.</summary>
    public decimal? Price { get; init; }

    /// <summary>Of <see cref="Price"/>; null without one.</summary>
    public string? Currency { get; init; }

    /// <summary><see cref="Confidence"/> in per cent, as <see cref="Describe"/> says it: what is almost sure is not rounded up to certainty.</summary>
    public string Certainty() => ReceiptText.Percent(Confidence);

    /// <summary>The receipt in plain words: two or three sentences for a person.</summary>
    public string Describe() => ReceiptText.Describe(this);
}
