namespace Understudy.Inference.Decoding;

/// <summary>What the inputs, outputs and metadata of decoder graphs are called.</summary>
internal static class DecoderNames
{
    public const string Ids = "input_ids", Positions = "position_ids", Mask = "attention_mask";

    /// <summary>Ours only: int32 [B], tokens in the cache after the run, less one.</summary>
    public const string Lengths = "seqlens_k";

    /// <summary>Ours only: int32 [1], tokens in the cache after the run.</summary>
    public const string Total = "total_length";

    /// <summary>Ours only: float [1,1,S,S], added to the attention scores of the new tokens among each other.</summary>
    public const string Bias = "attention_bias";

    /// <summary>Ours only: int64 [8], ONNX paddings that put a zero before <see cref="Bias"/>'s columns for every token of the past.</summary>
    public const string Padding = "bias_padding";

    /// <summary>Ours only: int64 [R], which of the B·S rows get logits.</summary>
    public const string Rows = "output_rows";

    public const string Logits = "logits", Hidden = "hidden";

    /// <summary>Metadata: which family a graph is of, and our shape as JSON.</summary>
    public const string Family = "understudy.family", Shape = "understudy.shape";

    /// <summary>Metadata of Medusa heads that guess only some tokens: V, and those tokens as JSON.</summary>
    public const string Vocabulary = "understudy.vocabulary", Tokens = "understudy.tokens";

    /// <summary>The value of <see cref="Family"/> for our graphs; the number changes with their inputs.</summary>
    public const string OwnFamily = "decoder/1";

    public static string Past(int layer, bool key) => $"past_key_values.{layer}.{(key ? "key" : "value")}";

    public static string Present(int layer, bool key) => $"present.{layer}.{(key ? "key" : "value")}";
}
