using Understudy.Inference.Decoding;
using Understudy.Inference.Receipts;

namespace Understudy.Inference.Leads;

/// <summary>What a lead answered.</summary>
internal sealed record LeadReply
{
    /// <summary>One for each label that was asked about, summing to 1; empty for a text.</summary>
    public float[] Probabilities { get; init; } = [];

    /// <summary>The answer's text; empty where labels were scored.</summary>
    public string Text { get; init; } = "";

    /// <summary>The probability that it gives a token of the text, as a geometric mean; 1 where it gives none.</summary>
    public double Confidence { get; init; } = 1;

    /// <summary>Why, in the lead's words; null where it was not asked.</summary>
    public string? Explanation { get; init; }

    /// <summary>The answer's tokens, as it was written, with their log-probabilities; null where nobody wants them or the lead gives none.</summary>
    public IReadOnlyList<TokenChance>? Chances { get; init; }

    public TokenAccount? Tokens { get; init; }

    /// <summary>What all attempts and the pauses between them took, from when the question had a place; 0 from an endpoint that is asked once.</summary>
    public double Milliseconds { get; init; }
}
