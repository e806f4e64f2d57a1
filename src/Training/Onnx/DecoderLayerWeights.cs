namespace Understudy.Training.Onnx;

/// <summary>The weights of one layer of a decoder; matrices are [inputs, outputs].</summary>
/// <param name="AttentionNorm">[D]</param>
/// <param name="Qkv">[D, (H + 2·KV)·hd]: queries, keys, values side by side; rotary positions turn the halves of a head.</param>
/// <param name="Output">[H·hd, D]</param>
/// <param name="FeedForwardNorm">[D]</param>
/// <param name="GateUp">[D, 2·F]: the gate first.</param>
/// <param name="Down">[F, D]</param>
public sealed record DecoderLayerWeights(float[] AttentionNorm, float[] Qkv, float[] Output, float[] FeedForwardNorm, float[] GateUp, float[] Down);
