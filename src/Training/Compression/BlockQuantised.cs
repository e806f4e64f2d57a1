using System.Numerics;
using System.Numerics.Tensors;

namespace Understudy.Training.Compression;

/// <summary>
/// A matrix in blocks of weights along its inputs, each block with a scale: value ≈ (code − zero) · scale, zero = 2^(bits−1). Codes lie as
/// ONNX Runtime's MatMulNBits reads them: [outputs, blocks, block · bits / 8], the low half of a byte first.
/// </summary>
/// <param name="Codes">[N, ⌈K/block⌉, block · bits / 8]</param>
/// <param name="Scales">[N, ⌈K/block⌉]</param>
internal readonly record struct BlockQuantised(byte[] Codes, float[] Scales)
{
    /// <summary>Scales tried a block of 4 bits, around the one that its largest weight asks for.</summary>
    private const int Tries = 16;

    /// <param name="weights">[K, N], row-major.</param>
    /// <param name="inputs">K</param>
    /// <param name="outputs">N</param>
    /// <param name="bits">4 or 8.</param>
    /// <param name="block">16, 32, 64, …; the last block of a row is filled up with zeros.</param>
    public static BlockQuantised Quantise(float[] weights, int inputs, int outputs, int bits, int block)
    {
        var blocks = (inputs + block - 1) / block;
        var bytes = block * bits / 8;
        var codes = new byte[outputs * blocks * bytes];
        var scales = new float[outputs * blocks];
        Parallel.For(0, blocks, b =>
        {
            // A block of all outputs, [outputs, block]: read row by row, as the weights lie.
            var columns = new float[outputs * block];
            for (var i = 0; i < Math.Min(block, inputs - (b * block)); i++)
            {
                var row = weights.AsSpan(((b * block) + i) * outputs, outputs);
                for (var output = 0; output < outputs; output++)
                {
                    columns[(output * block) + i] = row[output];
                }
            }

            for (var output = 0; output < outputs; output++)
            {
                var values = columns.AsSpan(output * block, block);
                var at = (output * blocks) + b;
                scales[at] = bits == 8 ? Math.Abs(TensorPrimitives.MaxMagnitude<float>(values)) / 127 : Scale4(values);
                Pack(values, scales[at], bits, codes.AsSpan(at * bytes, bytes));
            }
        });
        return new(codes, scales);
    }

    /// <summary>What the codes stand for, [N, ⌈K/block⌉ · block].</summary>
    public float[] Values(int bits, int block)
    {
        var (zero, codes, scales) = (1 << (bits - 1), Codes, Scales);
        var values = new float[Scales.Length * block];
        for (var i = 0; i < values.Length; i++)
        {
            var code = bits == 8 ? codes[i] : (codes[i / 2] >> (i % 2 * 4)) & 15;
            values[i] = (code - zero) * scales[i / block];
        }

        return values;
    }

    /// <summary>
    /// The scale with the least squared error. The codes reach one further below zero than above, so the largest weight is put on the far
    /// side, by a negative scale where it is positive; from there larger scales, and smaller ones, which clip it, are tried. First come those that
    /// what was quantised before would have, so that it keeps its values.
    /// </summary>
    private static float Scale4(ReadOnlySpan<float> values)
    {
        var most = TensorPrimitives.MaxMagnitude(values);
        var (full, sevenths) = (most / -8, most / -7);
        var (best, least) = (full, most == 0 ? 0 : float.PositiveInfinity);
        foreach (var before in (ReadOnlySpan<float>)[full, sevenths, MathF.BitIncrement(sevenths), MathF.BitDecrement(sevenths)])
        {
            Try(values, before, ref best, ref least);
        }

        for (var attempt = 0; attempt <= Tries && least > 0; attempt++)
        {
            Try(values, full * (1.1f - (0.03f * attempt)), ref best, ref least);
        }

        return best;
    }

    private static void Try(ReadOnlySpan<float> values, float scale, ref float best, ref float least)
    {
        if (least == 0)
        {
            return;
        }

        var errors = Vector<float>.Zero;
        for (var i = 0; i < values.Length; i += Vector<float>.Count)
        {
            var value = new Vector<float>(values[i..]);
            var level = Vector.Min(Vector.Max(Vector.Round(value / scale), new Vector<float>(-8)), new Vector<float>(7));
            var difference = value - (level * scale);
            errors += difference * difference;
        }

        var error = Vector.Sum(errors);
        if (error < least)
        {
            (best, least) = (scale, error);
        }
    }

    private static void Pack(ReadOnlySpan<float> values, float scale, int bits, Span<byte> codes)
    {
        var zero = 1 << (bits - 1);
        for (var i = 0; i < values.Length; i++)
        {
            var level = scale == 0 ? 0 : (int)Math.Clamp(MathF.Round(values[i] / scale), -zero, zero - 1);
            var code = (byte)(level + zero);
            codes[bits == 8 ? i : i / 2] |= (byte)(bits == 4 && i % 2 == 1 ? code << 4 : code);
        }
    }
}
