using System.Text.Json;
using Understudy.Inference.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Bench.PeerEngines;

/// <summary>A decoder as the Hugging Face tools export one: <c>config.json</c> and <c>onnx/model.onnx</c>. There is no tokenizer: token ids go in and out.</summary>
internal static class HuggingFaceFolder
{
    public static void Save(DecoderWeights weights, DecoderPrecision precision, string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "onnx"));
        DecoderExport.Save(weights, precision, Path.Combine(folder, "onnx", "model.onnx"), DecoderFamily.HuggingFace);
        var shape = weights.Shape;
        File.WriteAllBytes(Path.Combine(folder, "config.json"), JsonSerializer.SerializeToUtf8Bytes(new
        {
            model_type = "llama",
            architectures = (string[])["LlamaForCausalLM"],
            vocab_size = shape.Vocabulary,
            hidden_size = shape.Width,
            intermediate_size = shape.FeedForward,
            num_hidden_layers = shape.Layers,
            num_attention_heads = shape.Heads,
            num_key_value_heads = shape.KvHeads,
            head_dim = shape.HeadDim,
            max_position_embeddings = shape.MaxTokens,
            rms_norm_eps = DecoderShape.Epsilon,
            rope_theta = DecoderShape.RotaryBase,
            hidden_act = "silu",
        }));
    }
}
