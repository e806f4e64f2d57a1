using CsCheck;
using Understudy.Cli.Bench;

namespace Understudy.Cli.Tests.Bench;

public sealed class LogisticRegressionTests
{
    [Fact]
    public void Fit_OutcomesDrawnFromAModel_FindsIt()
    {
        var random = new Random(3);
        double[][] rows = [.. Enumerable.Range(0, 20_000).Select(_ => new[] { random.NextDouble() - 0.5, random.NextDouble() - 0.5 })];
        static double Truth(double[] row) => 1 / (1 + Math.Exp(-((3 * row[0]) - (2 * row[1]) + 0.5)));
        var fit = LogisticRegression.Fit(rows, [.. rows.Select(row => random.NextDouble() < Truth(row))], ridge: 0.01);
        foreach (var row in rows.Take(100))
        {
            Assert.Equal(Truth(row), fit.Probability(row), 0.03);
        }
    }

    [Fact]
    public void Fit_AnyData_NoNearbyWeightsDoBetter() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var random = new Random(seed);
            double[][] rows = [.. Enumerable.Range(0, 60).Select(_ => new[] { random.NextDouble() * 4, random.NextDouble() })];
            bool[] outcomes = [.. rows.Select(row => random.NextDouble() < row[0] / 4)];
            var fit = LogisticRegression.Fit(rows, outcomes);

            // At the minimum the constant is not penalised: mean probability = share of right ones.
            Assert.Equal(outcomes.Count(o => o) / 60.0, rows.Average(row => fit.Probability(row)), 1e-4);
        }, iter: 30);

    [Fact]
    public void Fit_SeparableData_StaysFinite()
    {
        var fit = LogisticRegression.Fit([[0], [1], [10], [11]], [false, false, true, true]);
        Assert.InRange(fit.Probability([11]), 0.8, 0.99999);
        Assert.InRange(fit.Probability([0]), 0.00001, 0.2);
    }

    [Fact]
    public void Fit_NoRows_Throws() => Assert.Throws<ArgumentException>(() => LogisticRegression.Fit([], []));
}
