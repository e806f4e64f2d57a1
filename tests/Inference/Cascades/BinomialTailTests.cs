using CsCheck;
using Understudy.Inference.Cascades;

namespace Understudy.Inference.Tests.Cascades;

public sealed class BinomialTailTests
{
    [Fact]
    public void AtMost_SmallCounts_EqualsTheSumOverOutcomes() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 12], Gen.Double[0.01, 0.99]).Sample((n, k, p) =>
        {
            var expected = 0.0;
            for (var outcome = 0; outcome < 1 << n; outcome++)
            {
                var ones = int.PopCount(outcome);
                expected += ones <= k ? Math.Pow(p, ones) * Math.Pow(1 - p, n - ones) : 0;
            }

            Assert.Equal(expected, BinomialTail.AtMost(k, n, p), 1e-9);
        });

    [Fact]
    public void AtMost_CountsWhoseTermsUnderflow_StaysExact()
    {
        // Of 100,000 with p 0.5, at most the mean: one half and half the central term, sqrt(2 / (pi n)) / 2.
        Assert.Equal(0.5 + (Math.Sqrt(2 / (Math.PI * 100_000)) / 2), BinomialTail.AtMost(50_000, 100_000, 0.5), 1e-6);
    }

    [Fact]
    public void AtMost_Any_IsTheSumInLogarithms() =>
        Gen.Select(Gen.Int[1, 5000], Gen.Double[0, 1], Gen.Double[0.001, 0.999]).Sample((n, share, p) =>
        {
            var k = (int)(share * n);
            var term = n * Math.Log(1 - p);
            List<double> terms = [term];
            for (var i = 0; i < k; i++)
            {
                terms.Add(term += Math.Log((double)(n - i) / (i + 1)) + Math.Log(p / (1 - p)));
            }

            var largest = terms.Max();
            var expected = Math.Exp(largest) * terms.Sum(one => Math.Exp(one - largest));
            Assert.InRange(BinomialTail.AtMost(k, n, p), (expected * (1 - 1e-8)) - 1e-290, (expected * (1 + 1e-8)) + 1e-290);
        });

    [Fact]
    public void AtMost_TenMillion_StaysExact() =>
        Assert.Equal(0.5 + (Math.Sqrt(2 / (Math.PI * 10_000_000)) / 2), BinomialTail.AtMost(5_000_000, 10_000_000, 0.5), 1e-10);

    [Theory]
    [InlineData(0.01, 0.05, 299)]
    [InlineData(0.05, 0.05, 59)]
    [InlineData(0.02, 0.1, 114)]
    public void ExamplesNeeded_NoLosses_IsTheLeastThatRefutes(double epsilon, double delta, int expected)
    {
        Assert.Equal(expected, BinomialTail.ExamplesNeeded(0, epsilon, delta));
        Assert.True(BinomialTail.AtMost(0, expected, epsilon) <= delta);
        Assert.True(BinomialTail.AtMost(0, expected - 1, epsilon) > delta);
    }

    [Fact]
    public void ExamplesNeeded_RateAtTheBound_SaysThatNoNumberWillDo() => Assert.Equal(0, BinomialTail.ExamplesNeeded(0.01, 0.01, 0.05));

    [Fact]
    public void Quantile_Any_IsTheLeastCountThatReachesTheLevel()
    {
        var count = BinomialTail.Quantile(0.99, 500, 0.05);
        Assert.True(BinomialTail.AtMost(count, 500, 0.05) >= 0.99);
        Assert.True(BinomialTail.AtMost(count - 1, 500, 0.05) < 0.99);
    }
}
