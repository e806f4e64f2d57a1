namespace Understudy.Training.Taggers;

/// <summary>The sizes of a tagger of requests and how it is trained.</summary>
public sealed record TaggerTraining
{
    public int Embedding { get; init; } = 128;

    public int Width { get; init; } = 192;

    public int Layers { get; init; } = 3;

    public int Heads { get; init; } = 4;

    public int FeedForward { get; init; } = 512;

    /// <summary>Longer requests are not read.</summary>
    public int MaxTokens { get; init; } = 64;

    public int Epochs { get; init; } = 40;

    public int BatchTexts { get; init; } = 64;

    /// <summary>AdamW's peak learning rate, reached after a twentieth of the steps and falling to nothing.</summary>
    public double Rate { get; init; } = 1e-3;

    public double WeightDecay { get; init; } = 0.05;

    public double Dropout { get; init; } = 0.2;

    /// <summary>Share of tokens that are hidden from it in training.</summary>
    public double TokenDropout { get; init; } = 0.05;

    /// <summary>Chance that a slot's value is exchanged for another of that slot.</summary>
    public double SwapValues { get; init; } = 0.4;

    /// <summary>Chance that an open slot's value is exchanged for words drawn at random.</summary>
    public double RandomOpenValues { get; init; } = 0.05;

    /// <summary>What its log-probabilities count when the lead's calls are chosen together with it; 0 for it to go ahead only.</summary>
    public double Weight { get; init; }

    public int Seed { get; init; } = 17;
}
