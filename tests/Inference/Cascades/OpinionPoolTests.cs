using Understudy.Inference.Calibration;
using Understudy.Inference.Cascades;

namespace Understudy.Inference.Tests.Cascades;

public sealed class OpinionPoolTests
{
    private static readonly float[] Own = [0.6f, 0.3f, 0.1f], Other = [0.2f, 0.7f, 0.1f];

    [Fact]
    public void Combine_TwoStudents_IsTheProductOfTheirPowers()
    {
        var pooled = new OpinionPool([0.5, 2]).Combine([Other, Own]);

        double[] products = [.. Own.Zip(Other, (own, other) => Math.Sqrt(other) * own * own)];
        for (var label = 0; label < pooled.Length; label++)
        {
            Assert.Equal(products[label] / products.Sum(), pooled[label], 1e-5);
        }
    }

    [Fact]
    public void Combine_OneWhoseWordCountsWasNotAsked_IsTheStudentsOwn() => Assert.Same(Own, new OpinionPool([0.5, 2]).Combine([null, Own]));

    [Fact]
    public void Combine_OneWithoutWeightWasNotAsked_PoolsTheOthers() =>
        Assert.Equal(new OpinionPool([0.5, 2]).Combine([Other, Own]), new OpinionPool([0, 0.5, 2]).Combine([null, Other, Own]));

    [Fact]
    public void Combine_BothAreCertainAndDisagree_IsStillADistribution()
    {
        var pooled = new OpinionPool([20, 20]).Combine([new float[] { 1, 0, 0 }, new float[] { 0, 1, 0 }]);

        Assert.Equal(1, pooled.Sum(), 1e-5);
        Assert.Equal(pooled[0], pooled[1], 1e-5);
    }

    [Fact]
    public void Fit_LabelsDrawnFromAPool_FindsItsWeights()
    {
        // 20,000 draws: over 50 seeds the estimates were within 0.05 of these weights; a fourth student knows nothing.
        double[] weights = [0.4, 0.9, 0, 0.7];
        var (said, labels) = Draw(20_000, weights, new Random(5));

        var found = PoolFit.Fit(said, labels);

        Assert.All(found.Zip(weights), pair => Assert.Equal(pair.Second, pair.First, 0.08));
    }

    [Fact]
    public void Fit_OneStudent_IsItsTemperature()
    {
        var (said, labels) = Draw(2_000, [0.5], new Random(9));

        var weight = Assert.Single(PoolFit.Fit(said, labels));

        float[] logits = [.. said.SelectMany(rows => rows[0].Select(probability => MathF.Log(probability)))];
        Assert.Equal(1 / TemperatureScaling.Fit(logits, labels, 3), weight, 0.01);
    }

    [Fact]
    public void Fit_StudentBeforeIsAlwaysWrong_GetsNoWeight()
    {
        var (said, labels) = Draw(500, [0, 1], new Random(3));
        for (var i = 0; i < said.Length; i++)
        {
            said[i][0] = [0.05f, 0.05f, 0.05f];
            said[i][0][(labels[i] + 1) % 3] = 0.9f;
            said[i][1] = [0.1f, 0.1f, 0.1f];
            said[i][1][labels[i]] = 0.8f;
        }

        var weights = PoolFit.Fit(said, labels);

        Assert.Equal(0, weights[0], 1e-4);
        Assert.InRange(weights[1], 2, 10);
    }

    [Fact]
    public void Fit_NoExamplesOrLabelsMissing_Throws()
    {
        Assert.Throws<ArgumentException>(() => PoolFit.Fit([], []));
        Assert.Throws<ArgumentException>(() => PoolFit.Fit([[Own]], [0, 1]));
    }

    /// <summary>Students of three labels, and labels as a pool of them says.</summary>
    private static (float[][][] Said, int[] Labels) Draw(int count, double[] weights, Random random)
    {
        var pool = new OpinionPool(weights);
        float[][] Rows() => Array.ConvertAll(weights, _ => Softmax(random));
        float[][][] said = [.. from _ in Enumerable.Range(0, count) select Rows()];
        return (said, [.. said.Select(rows => Pick(pool.Combine(rows), random))]);
    }

    private static float[] Softmax(Random random)
    {
        var row = new float[] { 4 * random.NextSingle(), 4 * random.NextSingle(), 4 * random.NextSingle() };
        Understudy.Inference.Calibration.Softmax.Tempered(row, 1, row);
        return row;
    }

    private static int Pick(float[] probabilities, Random random)
    {
        var left = random.NextDouble();
        for (var label = 0; label < probabilities.Length - 1; label++)
        {
            left -= probabilities[label];
            if (left < 0)
            {
                return label;
            }
        }

        return probabilities.Length - 1;
    }
}
