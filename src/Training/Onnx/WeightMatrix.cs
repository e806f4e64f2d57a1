using Understudy.Training.Compression;

namespace Understudy.Training.Onnx;

/// <summary>A multiplication with constant weights, as the precision stores them.</summary>
internal static class WeightMatrix
{
    /// <summary>The kernels that quantise what comes in to 8 bits too, block by block.</summary>
    private const int FastKernels = 4;

    /// <param name="matrix">[inputs, outputs]</param>
    /// <param name="sensitive">Stays at 8 bits where the rest has 4.</param>
    public static string Multiply(OnnxGraph graph, string input, float[] matrix, int inputs, int outputs, DecoderPrecision precision, bool sensitive = false)
    {
        if (precision == DecoderPrecision.Float32)
        {
            return graph.Node("MatMul", input, graph.Constant(matrix, inputs, outputs));
        }

        var bits = precision == DecoderPrecision.Int8 || sensitive ? 8 : 4;
        var block = Block(bits);
        var small = BlockQuantised.Quantise(matrix, inputs, outputs, bits, block);
        long blocks = (inputs + block - 1) / block;
        return graph.MicrosoftNode(
            "MatMulNBits",
            [input, graph.Constant(small.Codes.AsSpan(), outputs, blocks, block * bits / 8), graph.Constant(small.Scales, outputs, blocks)],
            ("K", inputs), ("N", outputs), ("bits", bits), ("block_size", block), ("accuracy_level", FastKernels));
    }

    /// <summary>Inputs that share a scale. Larger blocks are faster, and at 8 bits they lose little.</summary>
    private static int Block(int bits) => bits == 8 ? 64 : 32;
}
