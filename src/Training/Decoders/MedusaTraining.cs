namespace Understudy.Training.Decoders;

/// <summary>How Medusa heads are trained, on the batches of their frozen model.</summary>
public sealed record MedusaTraining
{
    /// <summary>Head k guesses the token k + 2 places on, k from 0.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Guesses come from so many tokens, those most frequent in what the heads learn from; 0 for the whole vocabulary. Reading a head's logits is most of what it costs (FR-Spec, arXiv 2502.14856).</summary>
    public int Guesses { get; init; }

    /// <summary>Batches in all.</summary>
    public int Steps { get; init; } = 300;

    /// <summary>AdamW's learning rate, falling to nothing in the last part.</summary>
    public double Rate { get; init; } = 2e-3;

    /// <summary>Each head's loss counts so much of the one's before.</summary>
    public double Discount { get; init; } = 0.8;
}
