using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Linear;
using Understudy.Training.Compression;
using Understudy.Training.Encoders;
using static TorchSharp.torch;
using Type = Understudy.Training.Onnx.Format.TensorProto.Types.DataType;

namespace Understudy.Training.Onnx;

/// <summary>
/// Writes a <see cref="TextEncoder"/>, with a linear n-gram part beside it where there is one, as one ONNX file: inputs
/// <c>input_ids</c>, <c>attention_mask</c> int64 [B,S] and, for the n-grams, <c>ngram_ids</c> int64 [B,M], <c>ngram_weights</c> float [B,M];
/// output <c>logits</c> float [B,C]. In int8, matrix weights have a scale a column, tables a scale a row, and activations are quantised as they come; in int4 both have a scale a block.
/// </summary>
internal sealed class EncoderExport(TextEncoder model, EncoderPrecision precision)
{
    /// <summary>Numbers of a table's row that share a scale in int4.</summary>
    internal const int Block = 32;

    /// <summary>What the file says of itself where embeddings and the first layer are another model's and stay as they are.</summary>
    internal const string Frozen = "understudy.frozen";

    private readonly OnnxGraph _graph = new();

    public EncoderExport(TextEncoder model, bool int8)
        : this(model, int8 ? EncoderPrecision.Int8 : EncoderPrecision.Float32)
    {
    }

    /// <param name="wide">The n-gram part; null for none.</param>
    /// <param name="wideWeight">What its logits are multiplied by before they are added.</param>
    /// <param name="tags">A head on each token, of an encoder that reads its input as one, whose output is <c>tags</c> float [B,S,T]; null for none.</param>
    /// <param name="facts">What the file says of itself, by key.</param>
    public void Save(string path, LinearModel? wide = null, float wideWeight = 1, MixedLinear? tags = null, IReadOnlyDictionary<string, string>? facts = null)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var labels = model.head.bias.shape[0];
        var ids = _graph.Input("input_ids", Type.Int64, "B", "S");
        var mask = _graph.Input("attention_mask", Type.Int64, "B", "S");
        var (stretches, masks, count) = Stretches(ids, mask);
        var keep = _graph.Node("Cast", [masks], ("to", (int)Type.Int32));
        var hidden = Embed(stretches);
        foreach (var layer in model.layers)
        {
            hidden = Layer(layer, hidden, keep);
        }

        if (tags is not null)
        {
            _graph.Output(CallTagger.Tags, Exact(tags, hidden), Type.Float, "B", "S", tags.bias.shape[0]);
        }

        foreach (var (key, value) in facts ?? new Dictionary<string, string>())
        {
            _graph.Describe(key, value);
        }

        var logits = Head(hidden, masks, count);
        if (wide is not null)
        {
            logits = _graph.Node("Add", logits, Wide(wide, wideWeight));
        }

        if (!model.embedding.weight!.requires_grad)
        {
            _graph.Describe(Frozen, "embedding, layers.0");
        }

        _graph.Output("logits", logits, Type.Float, "B", labels);
        _graph.Save(path);
    }

    /// <summary>Cuts [B,S] into [B·n, s] with s = min(stretch, S), padded at the end.</summary>
    private (string Ids, string Mask, string Count) Stretches(string ids, string mask)
    {
        var length = _graph.Node("Slice", _graph.Node("Shape", ids), Index(1), Index(2));
        if (model.Shape.Stretch == 0)
        {
            return (ids, mask, Index(1));
        }

        var stretch = _graph.Node("Min", length, Index(model.Shape.Stretch));
        var count = _graph.Node("Div", _graph.Node("Sub", _graph.Node("Add", length, stretch), Index(1)), stretch);
        var padding = _graph.Node("Sub", _graph.Node("Mul", count, stretch), length);
        var pads = _graph.Node("Concat", [_graph.Constant([0L, 0L, 0L], 3), padding], ("axis", 0));
        var shape = _graph.Node("Concat", [Index(-1), stretch], ("axis", 0));
        return (_graph.Node("Reshape", _graph.Node("Pad", ids, pads), shape), _graph.Node("Reshape", _graph.Node("Pad", mask, pads), shape), count);
    }

    private string Embed(string ids)
    {
        var (rows, width) = (model.Shape.Vocabulary, model.Shape.Embedding);
        // Token vectors count twice: the encoder adds them once by themselves and once with the positions.
        var table = Values(model.embedding.weight! * 2);
        string tokens;
        if (precision == EncoderPrecision.Int4 && width % Block == 0)
        {
            tokens = Embed4(rows, width, ids);
        }
        else if (precision != EncoderPrecision.Float32)
        {
            var small = Int8Rows.Quantise(table, rows, Int8Rows.Full);
            var values = _graph.Node("Cast", [_graph.Node("Gather", _graph.Constant(small.Values, rows, width), ids)], ("to", (int)Type.Float));
            tokens = _graph.Node("Mul", values, _graph.Node("Gather", _graph.Constant(small.Scales, rows, 1), ids));
        }
        else
        {
            tokens = _graph.Node("Gather", _graph.Constant(table, rows, width), ids);
        }

        var length = _graph.Node("Slice", _graph.Node("Shape", ids), Index(1), Index(2));
        var positions = _graph.Constant(Values(TextEncoder.Positions(model.Shape)), model.Shape.MaxTokens, width);
        return _graph.Node("Add", tokens, _graph.Node("Slice", positions, Index(0), length, Index(0)));
    }

    /// <summary>Rows of 4-bit codes, two a byte, the even ones low.</summary>
    private string Embed4(int rows, int width, string ids)
    {
        var small = BlockQuantised.Quantise(Values((model.embedding.weight! * 2).t()), width, rows, 4, Block);
        var pairs = _graph.Node("Cast", [_graph.Node("Gather", _graph.Constant(small.Codes.AsSpan(), rows, width / 2), ids)], ("to", (int)Type.Int32));
        var sixteen = _graph.Constant([16], 1);
        var low = _graph.Node("Unsqueeze", _graph.Node("Mod", pairs, sixteen), Index(-1));
        var high = _graph.Node("Unsqueeze", _graph.Node("Div", pairs, sixteen), Index(-1));
        var codes = _graph.Node("Reshape", _graph.Node("Concat", [low, high], ("axis", -1)), _graph.Constant([0L, 0, width / Block, Block], 4));
        var levels = _graph.Node("Sub", _graph.Node("Cast", [codes], ("to", (int)Type.Float)), _graph.Constant([8f], 1));
        var scales = _graph.Node("Unsqueeze", _graph.Node("Gather", _graph.Constant(small.Scales, rows, width / Block), ids), Index(-1));
        return _graph.Node("Reshape", _graph.Node("Mul", levels, scales), _graph.Constant([0L, 0, width], 3));
    }

    private string Layer(EncoderLayer layer, string input, string keep)
    {
        var normal = Normalise(layer.norm1, input);
        var inner = layer.qkv.weight.shape[0] / 3;
        var parts = _graph.Nodes("Split", "", [Linear(layer.qkv, normal)], 3, ("axis", -1), ("num_outputs", 3));
        var attended = _graph.MicrosoftNode("MultiHeadAttention", [parts[0], parts[1], parts[2], "", keep], ("num_heads", layer.Size.Heads), ("scale", (float)(1 / Math.Sqrt(inner / layer.Size.Heads))));
        var residual = _graph.Node("Add", layer.widen is null ? input : Linear(layer.widen, input), Linear(layer.output, attended));
        var fed = Linear(layer.down, _graph.Node("Relu", Linear(layer.up, Normalise(layer.norm2, residual))));
        return _graph.Node("Add", residual, fed);
    }

    private string Head(string hidden, string mask, string count)
    {
        var weights = _graph.Node("Unsqueeze", _graph.Node("Cast", [mask], ("to", (int)Type.Float)), Index(2));
        var sum = _graph.Node("ReduceSum", [_graph.Node("Mul", hidden, weights), Index(1)], ("keepdims", 0));
        var tokens = _graph.Node("ReduceSum", [weights, Index(1)], ("keepdims", 0));
        var mean = _graph.Node("Div", sum, _graph.Node("Max", tokens, _graph.Constant([1f], 1)));
        var logits = Exact(model.head, _graph.Node("Tanh", Linear(model.pool, mean)));
        if (model.Shape.Stretch == 0)
        {
            return logits;
        }

        // [B·n, C] and [B·n, 1] to [B, n, ·], then the mean by tokens
        var shape = _graph.Node("Concat", [Index(-1), count, Index(model.head.bias.shape[0])], ("axis", 0));
        var parts = _graph.Node("Reshape", _graph.Node("Mul", logits, tokens), shape);
        var sizes = _graph.Node("Reshape", tokens, _graph.Node("Concat", [Index(-1), count, Index(1)], ("axis", 0)));
        var total = _graph.Node("Max", _graph.Node("ReduceSum", [sizes, Index(1)], ("keepdims", 0)), _graph.Constant([1f], 1));
        return _graph.Node("Div", _graph.Node("ReduceSum", [parts, Index(1)], ("keepdims", 0)), total);
    }

    /// <summary>Σ over the text's n-grams of (value · idf, scaled to unit length) · weights, + bias.</summary>
    private string Wide(LinearModel wide, float weight)
    {
        long buckets = wide.Ngrams.Buckets, labels = wide.LabelCount;
        var ids = _graph.Input("ngram_ids", Type.Int64, "B", "M");
        var counts = _graph.Input("ngram_weights", Type.Float, "B", "M");
        var codes = new byte[buckets];
        var scales = new Half[buckets];
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            codes[bucket] = (byte)MathF.Round(wide.Idf[bucket] * LinearModel.IdfSteps);
            scales[bucket] = (Half)wide.Scales[bucket];
        }

        var idf = _graph.Node("Cast", [_graph.Node("Gather", _graph.Constant(codes.AsSpan(), buckets), ids)], ("to", (int)Type.Float));
        var values = _graph.Node("Mul", counts, idf);
        var norm = _graph.Node("Max", _graph.Node("ReduceL2", [values, Index(1)], ("keepdims", 1)), _graph.Constant([1e-12f], 1));
        var scale = _graph.Node("Cast", [_graph.Node("Gather", _graph.Constant(scales, buckets), ids)], ("to", (int)Type.Float));
        var unit = _graph.Node("Mul", _graph.Node("Mul", _graph.Node("Div", values, norm), scale), _graph.Constant([weight], 1));
        var rows = _graph.Node("Cast", [_graph.Node("Gather", _graph.Constant(wide.Weights, buckets, labels), ids)], ("to", (int)Type.Float));
        var product = _graph.Node("Squeeze", _graph.Node("MatMul", _graph.Node("Unsqueeze", unit, Index(1)), rows), Index(1));
        var bias = new float[labels];
        System.Numerics.Tensors.TensorPrimitives.Multiply(wide.Bias, weight, bias);
        return _graph.Node("Add", product, _graph.Constant(bias, labels));
    }

    private string Normalise(TorchSharp.Modules.LayerNorm norm, string input) => _graph.Node(
        "LayerNormalization",
        [input, _graph.Constant(Values(norm.weight!), norm.weight!.shape[0]), _graph.Constant(Values(norm.bias!), norm.bias!.shape[0])],
        ("axis", -1), ("epsilon", 1e-6f));

    private string Linear(MixedLinear layer, string input)
    {
        if (precision == EncoderPrecision.Float32)
        {
            return Exact(layer, input);
        }

        var (outputs, inputs) = (layer.weight.shape[0], layer.weight.shape[1]);
        if (precision == EncoderPrecision.Int4)
        {
            var product = WeightMatrix.Multiply(_graph, input, Values(layer.weight.t()), (int)inputs, (int)outputs, DecoderPrecision.Int4);
            return _graph.Node("Add", product, _graph.Constant(Values(layer.bias), outputs));
        }

        var rows = Int8Rows.Quantise(Values(layer.weight), (int)outputs, Int8Rows.Reduced);
        var columns = new sbyte[rows.Values.Length];
        for (var output = 0; output < outputs; output++)
        {
            for (var i = 0; i < inputs; i++)
            {
                columns[(i * outputs) + output] = rows.Values[(output * inputs) + i];
            }
        }

        return _graph.MicrosoftNode("DynamicQuantizeMatMul",
            [input, _graph.Constant(columns, inputs, outputs), _graph.Constant(rows.Scales, outputs), "", _graph.Constant(Values(layer.bias), outputs)]);
    }

    private string Exact(MixedLinear layer, string input)
    {
        var (outputs, inputs) = (layer.weight.shape[0], layer.weight.shape[1]);
        var product = _graph.Node("MatMul", input, _graph.Constant(Values(layer.weight.t()), inputs, outputs));
        return _graph.Node("Add", product, _graph.Constant(Values(layer.bias), outputs));
    }

    private string Index(long value) => _graph.Constant([value], 1);

    private static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();
}
