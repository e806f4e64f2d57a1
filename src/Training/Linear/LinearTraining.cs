namespace Understudy.Training.Linear;

/// <summary>How a linear student is trained.</summary>
public sealed record LinearTraining
{
    public int Epochs { get; init; } = 20;

    /// <summary>AdaGrad's learning rate.</summary>
    public float Rate { get; init; } = 0.3f;

    /// <summary>Weight decay, applied to the features of each example.</summary>
    public float L2 { get; init; } = 1e-6f;

    /// <summary>Buckets that fewer texts fill are ignored.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>
    /// From 0 to 1: how far a feature's weight follows not its rarity alone but also how unevenly the labels share it, the log-count ratio of
    /// Wang and Manning (ACL 2012). What a rare label's few texts have in common is then not drowned by what is only rare. A model
    /// that goes on from another keeps that one's weights.
    /// </summary>
    public float RatioShare { get; init; }

    public int Seed { get; init; } = 17;
}
