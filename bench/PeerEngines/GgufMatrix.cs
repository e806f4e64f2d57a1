using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Understudy.Training.Compression;
using Understudy.Training.Onnx;

namespace Understudy.Bench.PeerEngines;

/// <summary>
/// Our matrices as GGUF stores them: a row an output. Those of 4 bits have the same codes as ours, to the last bit; those of 8 bits
/// are rounded in blocks of 32, of which the format knows no other, and ours in blocks of 64. Scales are rounded to the 16 bits that the
/// format has for them.
/// </summary>
internal static class GgufMatrix
{
    private const int Block = 32, ScaleBytes = 2;

    public static GgufType Type(DecoderPrecision precision) => precision switch
    {
        DecoderPrecision.Float32 => GgufType.F32,
        DecoderPrecision.Int8 => GgufType.Q8_0,
        _ => GgufType.Q4_0,
    };

    /// <param name="matrix">[inputs, outputs]</param>
    /// <param name="stride">Columns of the matrix.</param>
    /// <param name="columns">Those that are wanted, in order.</param>
    public static byte[] Encode(float[] matrix, int inputs, int stride, int[] columns, DecoderPrecision precision)
    {
        if (precision == DecoderPrecision.Float32)
        {
            var rows = new float[inputs * columns.Length];
            Parallel.For(0, columns.Length, row =>
            {
                for (var input = 0; input < inputs; input++)
                {
                    rows[(row * inputs) + input] = matrix[(input * stride) + columns[row]];
                }
            });
            return MemoryMarshal.AsBytes(rows.AsSpan()).ToArray();
        }

        var chosen = new float[inputs * columns.Length];
        Parallel.For(0, inputs, input =>
        {
            for (var row = 0; row < columns.Length; row++)
            {
                chosen[(input * columns.Length) + row] = matrix[(input * stride) + columns[row]];
            }
        });
        var bits = precision == DecoderPrecision.Int8 ? 8 : 4;
        return Pack(BlockQuantised.Quantise(chosen, inputs, columns.Length, bits, Block), bits);
    }

    private static byte[] Pack(BlockQuantised small, int bits)
    {
        var bytes = Block * bits / 8;
        var packed = new byte[small.Scales.Length * (ScaleBytes + bytes)];
        for (var block = 0; block < small.Scales.Length; block++)
        {
            var from = small.Codes.AsSpan(block * bytes, bytes);
            var to = packed.AsSpan(block * (ScaleBytes + bytes));
            BinaryPrimitives.WriteHalfLittleEndian(to, (Half)small.Scales[block]);
            to = to[ScaleBytes..];
            for (var i = 0; i < bytes; i++)
            {
                to[i] = bits == 8 ? (byte)(from[i] - 128) : (byte)(Half4(from, i) | (Half4(from, i + (Block / 2)) << 4));
            }
        }

        return packed;
    }

    /// <summary>The code of weight i: ours lie two and two.</summary>
    private static int Half4(ReadOnlySpan<byte> codes, int i) => (codes[i / 2] >> (i % 2 * 4)) & 15;
}
