namespace Understudy.Training.Encoders;

/// <summary>How an encoder learns from texts without labels before it is taught (SimCLR, arXiv 2002.05709).</summary>
public sealed record ContrastiveTraining
{
    public int Epochs { get; init; } = 2;

    /// <summary>Texts a batch; every other one in it is what a text must be told from.</summary>
    public int BatchTexts { get; init; } = 64;

    /// <summary>AdamW's peak learning rate.</summary>
    public double Rate { get; init; } = 5e-4;

    /// <summary>Share of tokens that each of the two views of a text leaves out at random.</summary>
    public double TokenDropout { get; init; } = 0.2;

    /// <summary>τ</summary>
    public double Temperature { get; init; } = 0.1;
}
