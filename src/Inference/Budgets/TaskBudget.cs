namespace Understudy.Inference.Budgets;

/// <summary>What the lead may cost a task in a day, and what a call of it costs. Amounts are in <see cref="Currency"/>.</summary>
public sealed record TaskBudget
{
    /// <summary>The ceiling of a day, from midnight to midnight UTC; 0 or more.</summary>
    public required decimal PerDay { get; init; }

    /// <summary>For receipts and messages; it is not converted.</summary>
    public string Currency { get; init; } = "USD";

    public decimal PerCall { get; init; }

    public decimal PerMillionInputTokens { get; init; }

    public decimal PerMillionOutputTokens { get; init; }

    /// <summary>What a call costs that takes so many tokens.</summary>
    public decimal Price(long inputTokens, long outputTokens) =>
        PerCall + (((inputTokens * PerMillionInputTokens) + (outputTokens * PerMillionOutputTokens)) / 1_000_000m);
}
