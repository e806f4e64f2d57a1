namespace Understudy.Inference.Ensembles;

/// <summary>What was fitted for an ensemble, as the manifest holds it. "Tiers" are the manifest's, in its order; "labels" likewise.</summary>
public sealed record EnsembleParameters
{
    /// <summary>[tiers]. For <c>average</c> not negative, summing to 1; for <c>stack</c> what multiplies the tiers' log-probabilities.</summary>
    public required IReadOnlyList<double> Weights { get; init; }

    /// <summary>For <c>stack</c>, [labels]: added to the score of each label.</summary>
    public IReadOnlyList<double> Biases { get; init; } = [];

    /// <summary>For <c>stack</c>, [tiers][tiers]: row i is added to the weights when tier i was not asked.</summary>
    public IReadOnlyList<IReadOnlyList<double>> MissingWeights { get; init; } = [];

    /// <summary>For <c>stack</c>, [tiers][labels]: row i is added to the biases when tier i was not asked.</summary>
    public IReadOnlyList<IReadOnlyList<double>> MissingBiases { get; init; } = [];
}
