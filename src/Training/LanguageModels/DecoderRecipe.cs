using Understudy.Inference.Decoding;
using Understudy.Training.Decoders;

namespace Understudy.Training.LanguageModels;

/// <summary>The sizes of a model and how it is trained; its vocabulary is the tokenizer's.</summary>
public sealed record DecoderRecipe
{
    public required int Width { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int KvHeads { get; init; }

    public required int HeadDim { get; init; }

    public required int FeedForward { get; init; }

    public int MaxTokens { get; init; } = 512;

    /// <summary>The output head is the embedding table.</summary>
    public bool Tied { get; init; }

    public DecoderTraining Training { get; init; } = new();

    /// <summary>Trainings after the first, each from the weights of the one before with a fresh optimiser.</summary>
    public IReadOnlyList<DecoderTraining> FurtherTraining { get; init; } = [];

    internal IReadOnlyList<DecoderTraining> Trainings => [Training, .. FurtherTraining];

    internal DecoderTraining LastTraining => Trainings[^1];

    internal DecoderShape Shape(int vocabulary) => new(vocabulary, Width, Layers, Heads, KvHeads, HeadDim, FeedForward, MaxTokens);
}
