namespace Understudy.Training.Retraining;

/// <summary>How a student is retrained.</summary>
public sealed record RetrainOptions
{
    /// <summary>Go on from the student that serves, unless one that begins anew does better; otherwise only begin anew.</summary>
    public bool FromServing { get; init; } = true;

    /// <summary>Share of the targets that comes from the lead's probabilities; the rest goes to its label (Hinton et al., arXiv 1503.02531).</summary>
    public double SoftTargetShare { get; init; } = 0.5;

    /// <summary>Passes over the lessons of a student that begins anew.</summary>
    public int Epochs { get; init; } = 15;

    /// <summary>Passes over the lessons of a student that goes on.</summary>
    public int FurtherEpochs { get; init; } = 4;

    /// <summary>AdaGrad's learning rate of a student that goes on.</summary>
    public float FurtherRate { get; init; } = 0.1f;

    /// <summary>AdamW's peak learning rate of a neural student that goes on.</summary>
    public double EncoderRate { get; init; } = 3e-4;

    /// <summary>AdamW's peak learning rate of a tagger that goes on.</summary>
    public double TaggerRate { get; init; } = 1e-3;

    /// <summary>Share of the lessons on which the temperature is fitted, and which are not learned from; of few lessons it is more.</summary>
    public double TuningShare { get; init; } = 0.1;

    public int Seed { get; init; } = 17;
}
