using System.Numerics.Tensors;

namespace Understudy.Training.Compression;

/// <summary>Symmetric int8 quantisation with one scale a row.</summary>
/// <param name="Values">[rows, columns]</param>
/// <param name="Scales">[rows]; value ≈ int8 · scale.</param>
internal readonly record struct Int8Rows(sbyte[] Values, float[] Scales)
{
    /// <summary>For weights that int8 kernels multiply: without VNNI they add two products of 8 bits in 16, which the full range would overflow.</summary>
    public const int Reduced = 63;

    /// <summary>For tables that are only looked up.</summary>
    public const int Full = 127;

    /// <param name="values">[rows, columns], row-major.</param>
    /// <param name="range">The largest magnitude used.</param>
    public static Int8Rows Quantise(ReadOnlySpan<float> values, int rows, int range)
    {
        var columns = values.Length / rows;
        var small = new sbyte[values.Length];
        var scales = new float[rows];
        for (var row = 0; row < rows; row++)
        {
            var from = values.Slice(row * columns, columns);
            var largest = Math.Abs(TensorPrimitives.MaxMagnitude(from));
            scales[row] = largest == 0 ? 1 : largest / range;
            for (var column = 0; column < columns; column++)
            {
                small[(row * columns) + column] = (sbyte)MathF.Round(from[column] / scales[row]);
            }
        }

        return new(small, scales);
    }
}
