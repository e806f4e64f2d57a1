using Understudy.Inference.Quality;

namespace Understudy.Inference.Tests.Quality;

public sealed class ChiSquareTailTests
{
    [Theory]
    [InlineData(3.841458820694124, 1, 0.05)] // a table's quantiles
    [InlineData(10.827566170662733, 1, 0.001)]
    [InlineData(18.307038053275146, 10, 0.05)]
    [InlineData(0.710723021397324, 4, 0.95)]
    [InlineData(124.34211340400407, 100, 0.05)]
    public void Above_Quantile_IsItsLevel(double statistic, int degrees, double level) => Assert.Equal(level, ChiSquareTail.Above(statistic, degrees), 1e-5);

    /// <summary>For even degrees the tail is that of a Poisson sum: e^(-x/2) Σ (x/2)^j / j!.</summary>
    [Theory]
    [InlineData(0.01, 2)]
    [InlineData(7, 8)]
    [InlineData(80, 8)]
    [InlineData(150, 150)]
    [InlineData(400, 150)]
    public void Above_EvenDegrees_IsThePoissonSum(double statistic, int degrees)
    {
        var (term, sum) = (1.0, 0.0);
        for (var j = 0; j < degrees / 2; j++)
        {
            sum += term;
            term *= statistic / 2 / (j + 1);
        }

        var expected = Math.Exp(-statistic / 2) * sum;

        Assert.Equal(1, ChiSquareTail.Above(statistic, degrees) / expected, 1e-10);
    }

    [Fact]
    public void Above_Nothing_IsCertain() => Assert.Equal(1, ChiSquareTail.Above(0, 3));
}
