namespace Understudy.Training.Decoders;

/// <summary>How Medusa heads are trained, on the batches of their frozen model.</summary>
public sealed record MedusaTraining
{
    /// <summary>Head k guesses the token k + 2 places on, k from 0.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Batches in all.</summary>
    public int Steps { get; init; } = 300;

    /// <summary>AdamW's learning rate, falling to nothing in the last part.</summary>
    public double Rate { get; init; } = 2e-3;

    /// <summary>Each head's loss counts so much of the one's before.</summary>
    public double Discount { get; init; } = 0.8;
}
