using System.Text.Json;
using Google.Protobuf;
using Understudy.Inference.Decoding;
using Understudy.Training.Onnx;
using Understudy.Training.Onnx.Format;

namespace Understudy.Bench.PeerEngines;

/// <summary>A decoder as the Hugging Face tools export one: <c>config.json</c> and <c>onnx/model.onnx</c>. There is no tokenizer: token ids go in and out.</summary>
internal static class HuggingFaceFolder
{
    public static void Save(DecoderWeights weights, DecoderPrecision precision, string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "onnx"));
        var model = Path.Combine(folder, "onnx", "model.onnx");
        DecoderExport.Save(weights, precision, model, DecoderFamily.HuggingFace);
        NameAxes(model);
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

    /// <summary>transformers.js makes the first, empty past by the axes' names: what is not called <c>batch_size</c> has the length 0.</summary>
    private static void NameAxes(string path)
    {
        ModelProto model;
        using (var from = File.OpenRead(path))
        {
            model = ModelProto.Parser.ParseFrom(from);
        }

        foreach (var axis in model.Graph.Input.Concat(model.Graph.Output).SelectMany(value => value.Type.TensorType.Shape.Dim).Where(axis => axis.DimParam.Length > 0))
        {
            axis.DimParam = axis.DimParam switch
            {
                "B" => "batch_size",
                "S" => "sequence_length",
                "P" => "past_sequence_length",
                "T" => "total_sequence_length",
                var other => other,
            };
        }

        using var to = File.Create(path);
        model.WriteTo(to);
    }
}
