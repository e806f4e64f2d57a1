namespace Understudy.Training.Encoders;

/// <summary>How an encoder is trained.</summary>
public sealed record EncoderTraining
{
    public int Epochs { get; init; } = 8;

    /// <summary>Tokens a batch, padding included.</summary>
    public int BatchTokens { get; init; } = 2048;

    /// <summary>At most this many texts a batch.</summary>
    public int BatchTexts { get; init; } = 32;

    /// <summary>AdamW's peak learning rate, reached after a tenth of the steps and falling to zero along a cosine.</summary>
    public double Rate { get; init; } = 3e-4;

    /// <summary>The head's learning rate is this much higher: it starts from nothing.</summary>
    public double HeadRateFactor { get; init; } = 5;

    public double WeightDecay { get; init; } = 0.01;

    public double Dropout { get; init; } = 0.1;

    /// <summary>Share of tokens dropped at random from every text in every epoch.</summary>
    public double TokenDropout { get; init; }

    /// <summary>Mass that hard labels give to all other labels.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Share of the loss that comes from the lead's soft targets, where there are any (α of Hinton et al., arXiv 1503.02531).</summary>
    public double SoftTargetShare { get; init; } = 0.9;

    /// <summary>Temperature at which lead and student are compared.</summary>
    public double SoftTargetTemperature { get; init; } = 2;

    /// <summary>Weight of attention transfer (arXiv 1612.03928): a student looks at the tokens that its lead looks at; 0 to leave it out.</summary>
    public double AttentionWeight { get; init; }

    /// <summary>Weight λ of CascadeBERT's difficulty-aware regulariser (arXiv 2012.14682); 0 to leave it out.</summary>
    public double DifficultyWeight { get; init; }

    /// <summary>By how much an easy example's confidence should exceed a hard one's.</summary>
    public double DifficultyMargin { get; init; } = 0.5;

    public int Seed { get; init; } = 17;
}
