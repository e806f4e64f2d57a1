namespace Understudy.Inference.Receipts;

/// <summary>What one tier said about an input.</summary>
/// <param name="Tier">Its name.</param>
/// <param name="Label">Its best label; null for a text.</param>
/// <param name="Confidence">The calibrated probability of that label.</param>
/// <param name="Threshold">It answers at this confidence or above.</param>
/// <param name="Answered">Whether its label is the answer.</param>
/// <param name="Milliseconds">This input's share of the time the model took.</param>
public sealed record ReceiptTier(string Tier, string? Label, double Confidence, double Threshold, bool Answered, double Milliseconds)
{
    /// <summary>Whether label and confidence are what it says together with the tiers before it.</summary>
    public bool Joined { get; init; }

    /// <summary>The tokens that a language model took; null for others.</summary>
    public TokenAccount? Tokens { get; init; }

    /// <summary>What asking it cost, in the receipt's currency; null where it has no price.</summary>
    public decimal? Price { get; init; }
}
