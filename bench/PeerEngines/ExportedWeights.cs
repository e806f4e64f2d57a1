using System.Runtime.InteropServices;
using System.Text.Json;
using Understudy.Inference.Decoding;
using Understudy.Training.Onnx;
using Understudy.Training.Onnx.Format;

namespace Understudy.Bench.PeerEngines;

/// <summary>Reads a decoder back that <see cref="DecoderExport"/> wrote in int8, as plain numbers: the weights that a release serves with.</summary>
internal static class ExportedWeights
{
    public static DecoderWeights Read(string path)
    {
        using var stream = File.OpenRead(path);
        var model = ModelProto.Parser.ParseFrom(stream);
        var shape = JsonSerializer.Deserialize<DecoderShape>(model.MetadataProps.Single(entry => entry.Key == DecoderNames.Shape).Value, JsonSerializerOptions.Web)!;
        var constants = model.Graph.Initializer.ToDictionary(tensor => tensor.Name);
        var nodes = model.Graph.Node;
        float[][] matrices = [.. nodes.Where(node => node.OpType == "MatMulNBits").Select(node => Matrix(node, constants))];
        float[][] norms = [.. nodes.Where(node => node.OpType is "SimplifiedLayerNormalization" or "SkipSimplifiedLayerNormalization").Select(node => Floats(constants[node.Input[^1]]))];
        if (matrices.Length != (4 * shape.Layers) + 1 || norms.Length != (2 * shape.Layers) + 1)
        {
            throw new InvalidOperationException($"'{Path.GetFileName(path)}' has {matrices.Length} matrices and {norms.Length} norms, which is not what {shape} in int8 has.");
        }

        var layers = Enumerable.Range(0, shape.Layers)
            .Select(layer => new DecoderLayerWeights(norms[2 * layer], matrices[4 * layer], matrices[(4 * layer) + 1], norms[(2 * layer) + 1], matrices[(4 * layer) + 2], matrices[(4 * layer) + 3]))
            .ToArray();
        return new(shape, Embeddings(nodes, constants), layers, norms[^1], matrices[^1]);
    }

    /// <summary>[inputs, outputs]</summary>
    private static float[] Matrix(NodeProto node, Dictionary<string, TensorProto> constants)
    {
        var (codes, scales) = (constants[node.Input[1]], Floats(constants[node.Input[2]]));
        var bytes = codes.RawData.Span;
        var (outputs, blocks, block) = ((int)codes.Dims[0], (int)codes.Dims[1], (int)codes.Dims[2]);
        var inputs = (int)node.Attribute.Single(attribute => attribute.Name == "K").I;
        if (node.Attribute.Single(attribute => attribute.Name == "bits").I != 8)
        {
            throw new InvalidOperationException("Only matrices of 8 bits can be read back.");
        }

        var matrix = new float[inputs * outputs];
        for (var output = 0; output < outputs; output++)
        {
            for (var input = 0; input < inputs; input++)
            {
                var at = (output * blocks) + (input / block);
                matrix[(input * outputs) + output] = (bytes[(at * block) + (input % block)] - 128) * scales[at];
            }
        }

        return matrix;
    }

    private static float[] Embeddings(IEnumerable<NodeProto> nodes, Dictionary<string, TensorProto> constants)
    {
        var tables = nodes.Where(node => node.OpType == "Gather" && node.Input[1] == DecoderNames.Ids).Select(node => constants[node.Input[0]]).ToArray();
        var values = MemoryMarshal.Cast<byte, sbyte>(tables[0].RawData.Span);
        var scales = Floats(tables[1]);
        var embeddings = new float[values.Length];
        for (var at = 0; at < values.Length; at++)
        {
            embeddings[at] = values[at] * scales[at / (values.Length / scales.Length)];
        }

        return embeddings;
    }

    private static float[] Floats(TensorProto tensor) => MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray();
}
