using Understudy.Training.Compression;

namespace Understudy.Training.Tests.Compression;

public sealed class BlockQuantisedTests
{
    private const int Inputs = 256, Outputs = 64, Block = 32;

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void Quantise_WhatWasQuantisedBefore_KeepsItsValues(int bits)
    {
        var random = new Random(bits);
        var weights = Enumerable.Range(0, Inputs * Outputs).Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5)).ToArray();
        var first = BlockQuantised.Quantise(weights, Inputs, Outputs, bits, Block);

        var again = BlockQuantised.Quantise(Transposed(first.Values(bits, Block)), Inputs, Outputs, bits, Block);

        Assert.Equal(first.Values(bits, Block), again.Values(bits, Block));
    }

    [Fact]
    public void Quantise_FourBits_LosesNoMoreThanTheScaleOfTheLargestWeightWould()
    {
        var random = new Random(1);
        var weights = Enumerable.Range(0, Inputs * Outputs).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();

        var values = Transposed(BlockQuantised.Quantise(weights, Inputs, Outputs, 4, Block).Values(4, Block));

        var lost = Enumerable.Range(0, Outputs).Sum(output => Enumerable.Range(0, Inputs / Block).Sum(block =>
        {
            var own = Enumerable.Range(block * Block, Block).Select(input => weights[(input * Outputs) + output]).ToArray();
            var scale = own.MaxBy(Math.Abs) / -8;
            return own.Sum(weight => Math.Pow(weight - (Math.Clamp(MathF.Round(weight / scale), -8, 7) * scale), 2));
        }));
        Assert.InRange(weights.Zip(values).Sum(pair => Math.Pow(pair.First - pair.Second, 2)), lost / 2, lost);
    }

    /// <summary>[outputs, inputs] as [inputs, outputs].</summary>
    private static float[] Transposed(float[] values) => [.. Enumerable.Range(0, Inputs * Outputs).Select(i => values[(i % Outputs * Inputs) + (i / Outputs)])];
}
