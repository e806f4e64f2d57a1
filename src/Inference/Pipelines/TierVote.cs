using System.Text.Json.Serialization;
using Understudy.Inference.Decoding;
using Understudy.Inference.Receipts;

namespace Understudy.Inference.Pipelines;

/// <summary>What a tier said about an item.</summary>
/// <param name="Tier">Its name.</param>
/// <param name="Label">The index of the most probable label: of <see cref="Pooled"/>, where there is that.</param>
/// <param name="Confidence">The calibrated probability of that label.</param>
/// <param name="Threshold">It answers at this confidence or above.</param>
/// <param name="Probabilities">What it says by itself: calibrated, one for each label, summing to 1.</param>
/// <param name="Milliseconds">This item's share of the time the model took.</param>
public sealed record TierVote(string Tier, int Label, double Confidence, double Threshold, float[] Probabilities, double Milliseconds)
{
    /// <summary>What it says once those before it have spoken (<see cref="Cascades.OpinionPool"/>); null for a tier that speaks for itself.</summary>
    public float[]? Pooled { get; init; }

    /// <summary>A student that it should have joined has failed: its confidence is not the one that its threshold was chosen for, and it may not answer.</summary>
    public bool Alone { get; init; }

    /// <summary>Whether it is sure enough to answer.</summary>
    [JsonIgnore]
    public bool Answers => Confidence >= Threshold && !Alone;

    /// <summary>What a writer wrote; null for a classifier, whose labels and probabilities a writer lacks (−1 and none).</summary>
    public string? Completion { get; init; }

    /// <summary>The tokens of the lead's answer with their log-probabilities, where its task's lessons keep them; else null.</summary>
    public IReadOnlyList<TokenChance>? Chances { get; init; }

    /// <summary>Why, in the lead's words, where its task's lessons keep that; of a writer what it wrote before its answer, where it was taught to. Else null.</summary>
    public string? Rationale { get; init; }

    /// <summary>What the lead alone would have taken, where that is known better than by its mean.</summary>
    public double? LeadMilliseconds { get; init; }

    /// <summary>The tokens that a language model took; null for others.</summary>
    public TokenAccount? Tokens { get; init; }

    /// <summary>What asking cost, in the currency of the task's budget; null where that has no price.</summary>
    public decimal? Price { get; init; }
}
