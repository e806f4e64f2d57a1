using Understudy.Inference.Receipts;

namespace Understudy.Inference.Pipelines;

/// <summary>The answer to one input, with its receipt.</summary>
public sealed record Answer
{
    public required string Id { get; init; }

    public required string Label { get; init; }

    /// <summary>The calibrated probability of <see cref="Label"/>.</summary>
    public double Confidence { get; init; }

    /// <summary>By label, from the tier that answered.</summary>
    public IReadOnlyDictionary<string, double> Probabilities { get; init; } = new Dictionary<string, double>();

    public required Receipt Receipt { get; init; }
}
