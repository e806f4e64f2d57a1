namespace Understudy.Training.Images;

/// <summary>How a network of pictures is trained.</summary>
internal sealed record ImageTraining
{
    public int Epochs { get; init; } = 10;

    public int BatchImages { get; init; } = 64;

    /// <summary>The peak learning rate of stochastic gradient descent with momentum 0.9: reached after a fifth of the steps, then falling to nothing.</summary>
    public double Rate { get; init; } = 0.1;

    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>β of attention transfer (Zagoruyko and Komodakis, arXiv 1612.03928); 0 for none.</summary>
    public double AttentionWeight { get; init; }

    /// <summary>Share of the loss that comes from the teacher's soft targets (Hinton et al., arXiv 1503.02531).</summary>
    public double SoftTargetShare { get; init; }

    public double SoftTargetTemperature { get; init; } = 4;

    public int Seed { get; init; } = 17;
}
