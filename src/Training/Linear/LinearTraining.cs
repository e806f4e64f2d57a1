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

    public int Seed { get; init; } = 17;
}
