using System.Text.Json;
using Understudy.Inference.Decoding;
using Understudy.Training.Compression;
using Type = Understudy.Training.Onnx.Format.TensorProto.Types.DataType;

namespace Understudy.Training.Onnx;

/// <summary>
/// Writes a decoder as an ONNX file for <see cref="DecoderModel"/>. Inputs: <c>input_ids</c>, <c>position_ids</c> int64 [B,S];
/// <c>seqlens_k</c> int32 [B] and <c>total_length</c> int32 [1], the cache's length after the run (less one, and as it is);
/// <c>attention_bias</c> float [1,1,S,S], what the new tokens see of each other, and <c>bias_padding</c> int64 [8], the ONNX paddings that
/// widen it to the cache's length with zeros (so that no input but the cache changes its shape as a text grows); <c>output_rows</c> int64 [R], the rows of [B·S] that are wanted; <c>past_key_values.N.key|value</c>
/// float [B,KV,M,hd]. Outputs: <c>logits</c> [R,V], <c>hidden</c> [R,D] (what the head reads), <c>present.N.key|value</c>, which may be the
/// same memory as the past. In the Hugging Face family: <c>input_ids</c>, <c>position_ids</c> int64 [B,S], <c>attention_mask</c> int64 [B,T]
/// and the past; <c>logits</c> [B,S,V] and the present, longer than the past by S.
/// </summary>
public sealed class DecoderExport
{
    // Names of axes: transformers.js goes by them when it makes the first, empty past.
    private const string Batch = "batch_size", Sequence = "sequence_length", PastLength = "past_sequence_length", TotalLength = "total_sequence_length";

    /// <summary>What a head's width must be a multiple of.</summary>
    internal const int HeadDimStep = 16;

    private readonly OnnxGraph _graph = new();
    private readonly DecoderWeights _weights;
    private readonly DecoderPrecision _precision;
    private readonly DecoderShape _shape;

    private DecoderExport(DecoderWeights weights, DecoderPrecision precision)
    {
        weights.Validate();
        (_weights, _precision, _shape) = (weights, precision, weights.Shape);
        if (_shape.HeadDim % HeadDimStep != 0 || _shape.Heads % _shape.KvHeads != 0)
        {
            throw new ArgumentException($"{_shape} cannot be exported: HeadDim must be a multiple of {HeadDimStep}, and KvHeads must divide Heads.", nameof(weights));
        }
    }

    /// <exception cref="ArgumentException">The arrays do not have the sizes of the shape, or the operators cannot take the shape.</exception>
    public static void Save(DecoderWeights weights, DecoderPrecision precision, string path, DecoderFamily family = DecoderFamily.Understudy)
    {
        var export = new DecoderExport(weights, precision);
        if (family == DecoderFamily.Understudy)
        {
            export.BuildOwn();
        }
        else
        {
            export.BuildHuggingFace();
        }

        export._graph.Save(path);
    }

    private void BuildOwn()
    {
        _graph.Describe(DecoderNames.Family, DecoderNames.OwnFamily);
        _graph.Describe(DecoderNames.Shape, JsonSerializer.Serialize(_shape, JsonSerializerOptions.Web));
        var ids = _graph.Input(DecoderNames.Ids, Type.Int64, Batch, Sequence);
        var (one, row) = (_graph.Constant([1], 1), _graph.Constant([0L, 0, 0, 0, 0, 0, 1, 1], 8));
        var attention = new Attention(
            _graph.Node("Pad", _graph.Input(DecoderNames.Positions, Type.Int64, Batch, Sequence), _graph.Constant([0L, 0, 0, 1], 4)),
            _graph.Node("Add", _graph.Input(DecoderNames.Lengths, Type.Int32, Batch), one),
            _graph.Node("Add", _graph.Input(DecoderNames.Total, Type.Int32, 1), one),
            _graph.Node("Pad", _graph.Input(DecoderNames.Bias, Type.Float, 1, 1, Sequence, Sequence), _graph.Node("Add", _graph.Input(DecoderNames.Padding, Type.Int64, 8), row)),
            "M", "M",
            ExtraRow: true);
        var rows = _graph.Input(DecoderNames.Rows, Type.Int64, "R");
        var flat = _graph.Node("Reshape", Layers(ids, attention), _graph.Constant([-1L, _shape.Width], 2));
        var hidden = _graph.Named("Gather", DecoderNames.Hidden, flat, rows);
        _graph.Expose(DecoderNames.Hidden, Type.Float, "R", _shape.Width);
        _graph.Output(DecoderNames.Logits, Multiply(hidden, _weights.Head, _shape.Width, _shape.Vocabulary, sensitive: true), Type.Float, "R", _shape.Vocabulary);
    }

    private void BuildHuggingFace()
    {
        var ids = _graph.Input(DecoderNames.Ids, Type.Int64, Batch, Sequence);
        var mask = _graph.Input(DecoderNames.Mask, Type.Int64, Batch, TotalLength);
        var seen = _graph.Node("ReduceSum", [mask, _graph.Constant([1L], 1)], ("keepdims", 0));
        var attention = new Attention(
            _graph.Input(DecoderNames.Positions, Type.Int64, Batch, Sequence),
            _graph.Node("Cast", [_graph.Node("Sub", seen, _graph.Constant([1L], 1))], ("to", (int)Type.Int32)),
            _graph.Node("Cast", [_graph.Node("Gather", _graph.Node("Shape", mask), _graph.Constant([1L], 1))], ("to", (int)Type.Int32)),
            "",
            PastLength, TotalLength,
            ExtraRow: false);
        var logits = Multiply(Layers(ids, attention), _weights.Head, _shape.Width, _shape.Vocabulary, sensitive: true);
        _graph.Output(DecoderNames.Logits, logits, Type.Float, Batch, Sequence, _shape.Vocabulary);
    }

    /// <summary>From token ids to what the head reads, [B,S,D].</summary>
    private string Layers(string ids, Attention attention)
    {
        var (cos, sin) = (Rotary(Math.Cos), Rotary(Math.Sin));
        var residual = Embed(ids);
        var normal = _graph.Node("SimplifiedLayerNormalization", [residual, Vector(_weights.Layers[0].AttentionNorm)], ("axis", -1), ("epsilon", DecoderShape.Epsilon));
        for (var layer = 0; layer < _shape.Layers; layer++)
        {
            (normal, residual) = Layer(layer, normal, residual, attention, cos, sin);
        }

        return normal;
    }

    private string Embed(string ids)
    {
        var (rows, width) = (_shape.Vocabulary, _shape.Width);
        if (_precision == DecoderPrecision.Float32)
        {
            return _graph.Node("Gather", _graph.Constant(_weights.Embeddings, rows, width), ids);
        }

        var small = Int8Rows.Quantise(_weights.Embeddings, rows, Int8Rows.Full);
        var values = _graph.Node("Cast", [_graph.Node("Gather", _graph.Constant(small.Values, rows, width), ids)], ("to", (int)Type.Float));
        return _graph.Node("Mul", values, _graph.Node("Gather", _graph.Constant(small.Scales, rows, 1), ids));
    }

    /// <summary>Takes the layer's normalised input and the residual stream; gives those of the layer after it.</summary>
    private (string Normal, string Residual) Layer(int index, string normal, string residual, Attention attention, string cos, string sin)
    {
        var layer = _weights.Layers[index];
        var (width, inner, feed) = (_shape.Width, _shape.Heads * _shape.HeadDim, _shape.FeedForward);
        object[] past = [Batch, _shape.KvHeads, attention.Past, _shape.HeadDim], present = [Batch, _shape.KvHeads, attention.Present, _shape.HeadDim];
        var (key, value) = (DecoderNames.Present(index, key: true), DecoderNames.Present(index, key: false));
        var projected = Multiply(normal, layer.Qkv, width, _shape.QkvWidth, sensitive: true);
        var attended = _graph.MicrosoftNode(
            "GroupQueryAttention",
            [
                attention.ExtraRow ? _graph.Node("Pad", projected, _graph.Constant([0L, 0, 0, 0, 1, 0], 6)) : projected, "", "",
                _graph.Input(DecoderNames.Past(index, key: true), Type.Float, past), _graph.Input(DecoderNames.Past(index, key: false), Type.Float, past),
                attention.Lengths, attention.Total, cos, sin, attention.Positions, attention.Bias,
            ],
            [null, key, value],
            ("num_heads", _shape.Heads), ("kv_num_heads", _shape.KvHeads), ("do_rotary", 1), ("rotary_interleaved", 0), ("scale", 1 / MathF.Sqrt(_shape.HeadDim)));
        if (attention.ExtraRow)
        {
            attended = _graph.Node("Slice", attended, _graph.Constant([0L], 1), _graph.Constant([-1L], 1), _graph.Constant([1L], 1));
        }

        _graph.Expose(key, Type.Float, present);
        _graph.Expose(value, Type.Float, present);
        (normal, residual) = AddAndNormalise(Multiply(attended, layer.Output, inner, width, sensitive: true), residual, layer.FeedForwardNorm);
        var parts = _graph.Nodes("Split", "", [Multiply(normal, layer.GateUp, width, 2 * feed)], 2, ("axis", -1), ("num_outputs", 2));
        var gated = _graph.Node("Mul", _graph.MicrosoftNode("QuickGelu", [parts[0]], ("alpha", 1f)), parts[1]);
        var next = index + 1 < _shape.Layers ? _weights.Layers[index + 1].AttentionNorm : _weights.FinalNorm;
        return AddAndNormalise(Multiply(gated, layer.Down, feed, width), residual, next);
    }

    private (string Normal, string Residual) AddAndNormalise(string added, string residual, float[] norm)
    {
        var outputs = _graph.Nodes("SkipSimplifiedLayerNormalization", OnnxGraph.Microsoft, [added, residual, Vector(norm)], [null, "", "", null], ("epsilon", DecoderShape.Epsilon));
        return (outputs[0], outputs[3]);
    }

    /// <param name="sensitive">Attention and the head: few of the weights, and most of what 4 bits lose.</param>
    private string Multiply(string input, float[] matrix, int inputs, int outputs, bool sensitive = false) =>
        WeightMatrix.Multiply(_graph, input, matrix, inputs, outputs, _precision, sensitive);

    /// <summary>[MaxTokens + 1, hd/2]</summary>
    private string Rotary(Func<double, double> wave)
    {
        var half = _shape.HeadDim / 2;
        var values = new float[(_shape.MaxTokens + 1) * half];
        for (var position = 0; position <= _shape.MaxTokens; position++)
        {
            for (var pair = 0; pair < half; pair++)
            {
                values[(position * half) + pair] = (float)wave(position * Math.Pow(DecoderShape.RotaryBase, -2.0 * pair / _shape.HeadDim));
            }
        }

        return _graph.Constant(values, _shape.MaxTokens + 1, half);
    }

    private string Vector(float[] values) => _graph.Constant(values, values.Length);

    /// <summary>What attention reads beside the tokens, and what the lengths of its past and present are called.</summary>
    /// <param name="ExtraRow">
    /// Attend with an empty row behind the others. A kernel for one row adds up in another order than those for more, and where activations
    /// are quantised a difference in the last bit becomes a large one. With it a token's logits are the same to the last bit whether it is run
    /// alone or among others, so greedy speculation gives exactly what plain decoding gives.
    /// </param>
    private sealed record Attention(string Positions, string Lengths, string Total, string Bias, string Past, string Present, bool ExtraRow);
}
