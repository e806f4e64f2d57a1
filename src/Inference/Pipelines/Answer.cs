using Understudy.Inference.Receipts;

namespace Understudy.Inference.Pipelines;

/// <summary>The answer to one input, with its receipt.</summary>
public sealed record Answer
{
    public required string Id { get; init; }

    /// <summary>For classification.</summary>
    public string? Label { get; init; }

    /// <summary>For generation: the text.</summary>
    public string? Completion { get; init; }

    /// <summary>The calibrated probability of <see cref="Label"/>; of a completion what its model gives it, a token on average.</summary>
    public double Confidence { get; init; }

    /// <summary>By label, from the tier that answered; empty for generation.</summary>
    public IReadOnlyDictionary<string, double> Probabilities { get; init; } = new Dictionary<string, double>();

    public required Receipt Receipt { get; init; }
}
