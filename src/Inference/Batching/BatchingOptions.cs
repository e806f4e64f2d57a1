namespace Understudy.Inference.Batching;

/// <summary>How concurrent calls share runs of a model.</summary>
internal sealed record BatchingOptions
{
    /// <summary>Texts in one run at most.</summary>
    public int MaxTexts { get; init; } = 32;

    /// <summary>Texts that may wait for a model; the next call is refused.</summary>
    public int MaxWaiting { get; init; } = 4096;
}
