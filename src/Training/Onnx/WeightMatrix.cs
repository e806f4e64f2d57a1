using Understudy.Training.Compression;

namespace Understudy.Training.Onnx;

/// <summary>A multiplication with constant weights, as the precision stores them.</summary>
internal static class WeightMatrix
{
    /// <summary>Inputs that share a scale.</summary>
    private const int Block = 32;

    /// <summary>The kernels that quantise what comes in to 8 bits too, block by block.</summary>
    private const int FastKernels = 4;

    /// <param name="matrix">[inputs, outputs]</param>
    public static string Multiply(OnnxGraph graph, string input, float[] matrix, int inputs, int outputs, DecoderPrecision precision)
    {
        if (precision == DecoderPrecision.Float32)
        {
            return graph.Node("MatMul", input, graph.Constant(matrix, inputs, outputs));
        }

        var bits = precision == DecoderPrecision.Int8 ? 8 : 4;
        var small = BlockQuantised.Quantise(matrix, inputs, outputs, bits, Block);
        long blocks = (inputs + Block - 1) / Block;
        return graph.MicrosoftNode(
            "MatMulNBits",
            [input, graph.Constant(small.Codes.AsSpan(), outputs, blocks, Block * bits / 8), graph.Constant(small.Scales, outputs, blocks)],
            ("K", inputs), ("N", outputs), ("bits", bits), ("block_size", Block), ("accuracy_level", FastKernels));
    }
}
