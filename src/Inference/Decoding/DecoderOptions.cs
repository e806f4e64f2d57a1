namespace Understudy.Inference.Decoding;

/// <summary>How a decoder is opened.</summary>
public sealed record DecoderOptions
{
    public ExecutionProvider Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>The longest sequence; null for what the model was trained on (for a graph that does not say: 2,048).</summary>
    public int? MaxTokens { get; init; }
}
