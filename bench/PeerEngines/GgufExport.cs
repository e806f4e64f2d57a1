using System.Globalization;
using System.Runtime.InteropServices;
using Understudy.Inference.Decoding;
using Understudy.Training.Onnx;

namespace Understudy.Bench.PeerEngines;

/// <summary>
/// Writes a decoder for llama.cpp, as its architecture <c>llama</c>. Rotary positions turn neighbours there, where ours turn the halves of a
/// head, so the rows of queries and keys are put in that order. The vocabulary is made up: token ids go in and out.
/// </summary>
internal static class GgufExport
{
    private const int Normal = 1, Unknown = 2, Control = 3, Byte = 6;

    public static void Save(DecoderWeights weights, DecoderPrecision precision, string path)
    {
        var (file, shape) = (new GgufFile(), weights.Shape);
        Describe(file, shape);
        Vocabulary(file, shape.Vocabulary);

        // Only looked up, and in ours at least 8 bits too.
        Matrix(file, "token_embd", Transposed(weights.Embeddings, shape.Vocabulary, shape.Width), shape.Width, shape.Vocabulary, 0, Range(shape.Vocabulary), Sensitive(precision));
        for (var index = 0; index < shape.Layers; index++)
        {
            Layer(file, $"blk.{index}.", weights.Layers[index], shape, precision);
        }

        Vector(file, "output_norm", weights.FinalNorm);
        Matrix(file, "output", weights.Head, shape.Width, shape.Vocabulary, 0, Range(shape.Vocabulary), Sensitive(precision));
        file.Save(path);
    }

    /// <summary>What stays at 8 bits in <see cref="DecoderExport"/> stays so here: attention and the head.</summary>
    private static DecoderPrecision Sensitive(DecoderPrecision precision) => precision == DecoderPrecision.Int4 ? DecoderPrecision.Int8 : precision;

    private static void Describe(GgufFile file, DecoderShape shape)
    {
        file.Add("general.architecture", "llama");
        file.Add("general.name", "understudy");
        file.Add("llama.vocab_size", shape.Vocabulary);
        file.Add("llama.context_length", shape.MaxTokens);
        file.Add("llama.embedding_length", shape.Width);
        file.Add("llama.block_count", shape.Layers);
        file.Add("llama.feed_forward_length", shape.FeedForward);
        file.Add("llama.attention.head_count", shape.Heads);
        file.Add("llama.attention.head_count_kv", shape.KvHeads);
        file.Add("llama.attention.key_length", shape.HeadDim);
        file.Add("llama.attention.value_length", shape.HeadDim);
        file.Add("llama.attention.layer_norm_rms_epsilon", DecoderShape.Epsilon);
        file.Add("llama.rope.dimension_count", shape.HeadDim);
        file.Add("llama.rope.freq_base", DecoderShape.RotaryBase);
    }

    private static void Vocabulary(GgufFile file, int size)
    {
        string[] tokens = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"), .. Enumerable.Range(0, Math.Max(0, size - 259)).Select(word => string.Create(CultureInfo.InvariantCulture, $"▁{word}"))];
        int[] types = [Unknown, Control, Control, .. Enumerable.Repeat(Byte, 256), .. Enumerable.Repeat(Normal, Math.Max(0, size - 259))];
        file.Add("tokenizer.ggml.model", "llama");
        file.Add("tokenizer.ggml.tokens", tokens[..size]);
        file.Add("tokenizer.ggml.scores", new float[size]);
        file.Add("tokenizer.ggml.token_type", types[..size]);
        file.Add("tokenizer.ggml.unknown_token_id", 0);
        file.Add("tokenizer.ggml.bos_token_id", 1);
        file.Add("tokenizer.ggml.eos_token_id", 2);
    }

    private static void Layer(GgufFile file, string prefix, DecoderLayerWeights layer, DecoderShape shape, DecoderPrecision precision)
    {
        var (width, inner, shared, feed) = (shape.Width, shape.Heads * shape.HeadDim, shape.KvHeads * shape.HeadDim, shape.FeedForward);
        Vector(file, prefix + "attn_norm", layer.AttentionNorm);
        Matrix(file, prefix + "attn_q", layer.Qkv, width, shape.QkvWidth, 0, Interleaved(shape.Heads, shape.HeadDim), Sensitive(precision));
        Matrix(file, prefix + "attn_k", layer.Qkv, width, shape.QkvWidth, inner, Interleaved(shape.KvHeads, shape.HeadDim), Sensitive(precision));
        Matrix(file, prefix + "attn_v", layer.Qkv, width, shape.QkvWidth, inner + shared, Range(shared), Sensitive(precision));
        Matrix(file, prefix + "attn_output", layer.Output, inner, width, 0, Range(width), Sensitive(precision));
        Vector(file, prefix + "ffn_norm", layer.FeedForwardNorm);
        Matrix(file, prefix + "ffn_gate", layer.GateUp, width, 2 * feed, 0, Range(feed), precision);
        Matrix(file, prefix + "ffn_up", layer.GateUp, width, 2 * feed, feed, Range(feed), precision);
        Matrix(file, prefix + "ffn_down", layer.Down, feed, width, 0, Range(width), precision);
    }

    /// <param name="from">The first of the matrix's columns that belong to this tensor.</param>
    /// <param name="columns">Counted from there.</param>
    private static void Matrix(GgufFile file, string name, float[] matrix, int inputs, int stride, int from, int[] columns, DecoderPrecision precision) =>
        file.Tensor(name + ".weight", GgufMatrix.Type(precision), GgufMatrix.Encode(matrix, inputs, stride, [.. columns.Select(column => from + column)], precision), inputs, columns.Length);

    private static void Vector(GgufFile file, string name, float[] values) =>
        file.Tensor(name + ".weight", GgufType.F32, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), values.Length);

    private static int[] Range(int count) => [.. Enumerable.Range(0, count)];

    /// <summary>Of each head first what turns with what: 0, hd/2, 1, hd/2 + 1, …</summary>
    private static int[] Interleaved(int heads, int headDim) =>
        [.. Enumerable.Range(0, heads * headDim).Select(row => (row / headDim * headDim) + (row % 2 * (headDim / 2)) + (row % headDim / 2))];

    private static float[] Transposed(float[] matrix, int rows, int columns)
    {
        var result = new float[matrix.Length];
        Parallel.For(0, rows, row =>
        {
            for (var column = 0; column < columns; column++)
            {
                result[(column * rows) + row] = matrix[(row * columns) + column];
            }
        });
        return result;
    }
}
