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

    internal DecoderShape Shape(int vocabulary) => new(vocabulary, Width, Layers, Heads, KvHeads, HeadDim, FeedForward, MaxTokens);
}
