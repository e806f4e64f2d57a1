namespace Understudy.Inference.Decoding;

/// <summary>The sizes of a decoder-only transformer: RMS norm before each block, rotary positions, grouped-query attention, a gated feed-forward.</summary>
/// <param name="Vocabulary">Tokens, V.</param>
/// <param name="Width">Width of the residual stream, D.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Heads">Query heads, H.</param>
/// <param name="KvHeads">Key and value heads, KV; divides <paramref name="Heads"/>.</param>
/// <param name="HeadDim">Width of a head, hd; even, because rotary positions turn its halves against each other.</param>
/// <param name="FeedForward">Width inside the feed-forward blocks, F.</param>
/// <param name="MaxTokens">Longest sequence, prompt and output together.</param>
public sealed record DecoderShape(int Vocabulary, int Width, int Layers, int Heads, int KvHeads, int HeadDim, int FeedForward, int MaxTokens)
{
    /// <summary>The base of the rotary frequencies: pair i of a head turns by position · θ^(−2i/hd).</summary>
    public const float RotaryBase = 10_000f;

    /// <summary>Added to the mean square under the root of every RMS norm.</summary>
    public const float Epsilon = 1e-5f;

    /// <summary>Columns of the packed projection to queries, keys and values, in this order: (H + 2·KV)·hd.</summary>
    public int QkvWidth => (Heads + (2 * KvHeads)) * HeadDim;

    /// <summary>Numbers that the model holds, embeddings and output head counted apart.</summary>
    public long Parameters =>
        (2L * Vocabulary * Width) + Width
        + (Layers * ((2L * Width) + ((long)Width * QkvWidth) + ((long)Heads * HeadDim * Width) + (3L * Width * FeedForward)));
}
