using Understudy.Inference.Receipts;

namespace Understudy.Inference.Decoding;

/// <summary>What a model wrote.</summary>
/// <param name="Confidence">The probability that it gives a token of it, as a geometric mean; 0 where the text is not complete.</param>
/// <param name="Milliseconds">What it took.</param>
/// <param name="LeadMilliseconds">What the lead alone, token by token, would have taken for it; null where no more is known of that than its mean.</param>
public sealed record WrittenText(string Text, double Confidence, TokenAccount Tokens, double Milliseconds, double? LeadMilliseconds)
{
    /// <summary>What the model wrote before it, to come to it; null for a model that answers at once.</summary>
    public string? Reason { get; init; }

    /// <summary>One for each token of the text; null where nobody asked for them.</summary>
    public IReadOnlyList<TokenChance>? Chances { get; init; }
}
