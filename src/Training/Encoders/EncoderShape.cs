namespace Understudy.Training.Encoders;

/// <summary>The sizes of a transformer text encoder.</summary>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Embedding">Width of the token embeddings.</param>
/// <param name="Width">Width of the residual stream; the first layer widens to it when the embeddings are narrower.</param>
/// <param name="FeedForward">Width inside the feed-forward blocks.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Heads">Attention heads of every layer.</param>
/// <param name="MaxTokens">Longest input.</param>
/// <param name="Stretch">Longer inputs are read in stretches of this many tokens, each by itself, and the logits averaged by tokens: a model trained on stretches knows nothing else; 0 for inputs read as one.</param>
public sealed record EncoderShape(int Vocabulary, int Embedding, int Width, int FeedForward, int Layers, int Heads, int MaxTokens, int Stretch = 0)
{
    /// <summary>Universal Sentence Encoder Lite's, read up to 512 tokens: 7.0 M parameters.</summary>
    public static EncoderShape SentenceEncoderLite { get; } = new(8002, 256, 512, 1536, 2, 4, 512);

    /// <summary>The small student: 1.4 M parameters.</summary>
    public static EncoderShape Small { get; } = new(8002, 128, 128, 512, 2, 4, 128);
}
