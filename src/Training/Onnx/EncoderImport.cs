using System.Runtime.InteropServices;
using TorchSharp.Modules;
using Understudy.Inference.FunctionCalls;
using Understudy.Training.Compression;
using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using Understudy.Training.Onnx.Format;
using static TorchSharp.torch;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Onnx;

/// <summary>
/// Reads back what <see cref="EncoderExport"/> wrote, so that a student that serves can be taught further: a release keeps no other copy of it.
/// Weights are what their codes stand for, and give the same codes when they are quantised again.
/// </summary>
internal sealed class EncoderImport
{
    private readonly Dictionary<string, TensorProto> _weights;
    private readonly bool _frozen, _tags;
    private readonly List<NodeProto> _nodes;
    private readonly Queue<Matrix> _matrices;
    private readonly Queue<NodeProto> _norms;

    private EncoderImport(string path)
    {
        using var file = File.OpenRead(path);
        var whole = ModelProto.Parser.ParseFrom(file);
        _frozen = whole.MetadataProps.Any(said => said.Key == EncoderExport.Frozen);
        var graph = whole.Graph;
        _tags = graph.Output.Any(output => output.Name == CallTagger.Tags);
        _weights = graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        _nodes = [.. graph.Node];
        _norms = new(_nodes.Where(node => node.OpType == "LayerNormalization"));
        _matrices = new(_nodes.Select(ReadMatrix).OfType<Matrix>());
    }

    /// <param name="path">An encoder without an n-gram part.</param>
    /// <exception cref="InvalidDataException">The file is no such encoder.</exception>
    public static ImportedEncoder Load(string path)
    {
        try
        {
            return new EncoderImport(path).Read();
        }
        catch (Exception error) when (error is Google.Protobuf.InvalidProtocolBufferException or InvalidOperationException or KeyNotFoundException or ArgumentException or ExternalException or IndexOutOfRangeException or NullReferenceException)
        {
            throw new InvalidDataException($"'{Path.GetFileName(path)}' is no encoder that was exported here: {error.Message}", error);
        }
    }

    private ImportedEncoder Read()
    {
        var attention = _nodes.Where(node => node.OpType == "MultiHeadAttention").ToArray();
        var (table, rows, width, precision) = Table();
        var positions = _weights[_nodes.First(node => node.OpType == "Slice" && _weights.TryGetValue(node.Input[0], out var whole) && whole.Dims.Count == 2).Input[0]];
        var layers = attention.Select((node, at) => Layer(node, at == 0 ? width : 0)).ToArray();
        var tags = _tags ? _matrices.Dequeue() : null;
        var (pool, head) = (_matrices.Dequeue(), _matrices.Dequeue());
        if (_matrices.Count > 0)
        {
            throw new InvalidOperationException("It has more parts than an encoder.");
        }

        var whole = layers[0].Qkv.Outputs / 3 / layers[0].Size.Heads;
        var stretch = _nodes.FirstOrDefault(node => node.OpType == "Min") is { } cut ? (int)Numbers<long>(cut.Input[1])[0] : 0;
        var shape = new EncoderShape(rows, width, pool.Inputs, layers.Max(layer => layer.Size.FeedForward), layers.Length, width / whole, (int)positions.Dims[0], stretch);
        var model = new TextEncoder(shape, head.Outputs, sizes: [.. layers.Select(layer => layer.Size)]);
        var onTokens = tags is null ? null : new MixedLinear(tags.Inputs, tags.Outputs);
        using (no_grad())
        using (NewDisposeScope())
        {
            // The file has twice the token vectors.
            model.embedding.weight!.copy_(tensor(table, [rows, width]) / 2);
            foreach (var (from, into) in layers.Zip(model.layers))
            {
                Fill(from.Norm1, into.norm1);
                Fill(from.Norm2, into.norm2);
                from.Qkv.Fill(into.qkv);
                from.Widen?.Fill(into.widen ?? throw new InvalidOperationException("A layer widens what it need not."));
                from.Output.Fill(into.output);
                from.Up.Fill(into.up);
                from.Down.Fill(into.down);
            }

            pool.Fill(model.pool);
            head.Fill(model.head);
            tags?.Fill(onTokens!);
        }

        if (_frozen)
        {
            StudentEncoder.Freeze(model);
        }

        model.eval();
        return new(model, precision) { Tags = onTokens };
    }

    private LayerParts Layer(NodeProto attention, int embedding)
    {
        var qkv = _matrices.Dequeue();
        var first = _matrices.Dequeue();
        // Only the first layer may read something narrower than the stream, and then widens it: from as many inputs as queries have.
        var widens = embedding > 0 && first.Inputs == embedding && first.Outputs != embedding;
        var output = widens ? _matrices.Dequeue() : first;
        var (up, down) = (_matrices.Dequeue(), _matrices.Dequeue());
        var heads = (int)attention.Attribute.First(attribute => attribute.Name == "num_heads").I;
        return new(new(heads, up.Outputs), _norms.Dequeue(), qkv, widens ? first : null, output, _norms.Dequeue(), up, down);
    }

    private (float[] Values, int Rows, int Width, EncoderPrecision Precision) Table()
    {
        var gathers = _nodes.Where(node => node.OpType == "Gather" && node.Input[1] is var ids && !ids.StartsWith("ngram", StringComparison.Ordinal)).ToArray();
        var codes = _weights[gathers[0].Input[0]];
        var rows = (int)codes.Dims[0];
        switch ((TensorProto.Types.DataType)codes.DataType)
        {
            case TensorProto.Types.DataType.Float:
                return (Numbers<float>(codes.Name), rows, (int)codes.Dims[1], _nodes.Any(node => node.OpType == "MatMulNBits") ? EncoderPrecision.Int4 : EncoderPrecision.Float32);
            case TensorProto.Types.DataType.Int8:
                var scales = Numbers<float>(gathers[1].Input[0]);
                var width = (int)codes.Dims[1];
                // Tables too narrow for blocks of 4 bits stay at 8.
                return (
                    [.. Numbers<sbyte>(codes.Name).Select((code, at) => code * scales[at / width])], rows, width,
                    _nodes.Any(node => node.OpType == "MatMulNBits") ? EncoderPrecision.Int4 : EncoderPrecision.Int8);
            default:
                var packed = Numbers<byte>(codes.Name);
                return (new BlockQuantised(packed, Numbers<float>(gathers[1].Input[0])).Values(4, EncoderExport.Block), rows, 2 * (int)codes.Dims[1], EncoderPrecision.Int4);
        }
    }

    /// <summary>A multiplication with a bias; null for any other node.</summary>
    private Matrix? ReadMatrix(NodeProto node)
    {
        switch (node.OpType)
        {
            case "DynamicQuantizeMatMul":
                var codes = _weights[node.Input[1]];
                var (inputs, outputs) = ((int)codes.Dims[0], (int)codes.Dims[1]);
                var scales = Numbers<float>(node.Input[2]);
                var values = Numbers<sbyte>(codes.Name);
                return new(Transposed([.. values.Select((code, at) => code * scales[at % outputs])], inputs, outputs), Numbers<float>(node.Input[4]), inputs, outputs);
            case "MatMul" when _weights.TryGetValue(node.Input[1], out var exact) && exact.Dims.Count == 2 && exact.DataType == (int)TensorProto.Types.DataType.Float:
                return new(Transposed(Numbers<float>(exact.Name), (int)exact.Dims[0], (int)exact.Dims[1]), Bias(node), (int)exact.Dims[0], (int)exact.Dims[1]);
            case "MatMulNBits":
                long Attribute(string name) => node.Attribute.First(attribute => attribute.Name == name).I;
                var (k, n, bits, block) = ((int)Attribute("K"), (int)Attribute("N"), (int)Attribute("bits"), (int)Attribute("block_size"));
                var whole = new BlockQuantised(Numbers<byte>(node.Input[1]), Numbers<float>(node.Input[2])).Values(bits, block);
                var filled = whole.Length / n;
                return new([.. Enumerable.Range(0, n).SelectMany(row => whole.AsSpan(row * filled, k).ToArray())], Bias(node), k, n);
            default:
                return null;
        }
    }

    /// <summary>What is added to a product.</summary>
    private float[] Bias(NodeProto product) => Numbers<float>(_nodes.First(node => node.OpType == "Add" && node.Input[0] == product.Output[0]).Input[1]);

    private T[] Numbers<T>(string name)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(_weights[name].RawData.Span).ToArray();

    private void Fill(NodeProto norm, LayerNorm into)
    {
        into.weight!.copy_(tensor(Numbers<float>(norm.Input[1])));
        into.bias!.copy_(tensor(Numbers<float>(norm.Input[2])));
    }

    /// <param name="values">[inputs, outputs]</param>
    /// <returns>[outputs, inputs]</returns>
    private static float[] Transposed(float[] values, int inputs, int outputs)
    {
        var turned = new float[values.Length];
        for (var i = 0; i < inputs; i++)
        {
            for (var output = 0; output < outputs; output++)
            {
                turned[(output * inputs) + i] = values[(i * outputs) + output];
            }
        }

        return turned;
    }

    /// <param name="Values">[outputs, inputs]</param>
    private sealed record Matrix(float[] Values, float[] Bias, int Inputs, int Outputs)
    {
        public void Fill(MixedLinear into)
        {
            into.weight.copy_(tensor(Values, [Outputs, Inputs]));
            into.bias.copy_(tensor(Bias));
        }
    }

    private sealed record LayerParts(EncoderLayerSize Size, NodeProto Norm1, Matrix Qkv, Matrix? Widen, Matrix Output, NodeProto Norm2, Matrix Up, Matrix Down);
}
