using Understudy.Inference.Calibration;

namespace Understudy.Inference.Tests.Calibration;

public sealed class TemperatureScalingTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(3.0)]
    public void Fit_LabelsDrawnAtATemperature_FindsIt(double temperature)
    {
        // 20,000 draws: the estimate's standard deviation is about 1 %, so 5 % is missed with probability under 1e-6.
        var (logits, labels) = Draw(20_000, 4, temperature, seed: 7);
        Assert.Equal(temperature, TemperatureScaling.Fit(logits, labels, 4), temperature * 0.05);
    }

    [Fact]
    public void Fit_AnyTemperatureNearby_HasHigherLoss()
    {
        var (logits, labels) = Draw(500, 3, 2.2, seed: 3);
        var best = TemperatureScaling.Fit(logits, labels, 3);
        var least = TemperatureScaling.NegativeLogLikelihood(logits, labels, 3, best);
        foreach (var factor in new[] { 0.5, 0.9, 0.99, 1.01, 1.1, 2 })
        {
            Assert.True(TemperatureScaling.NegativeLogLikelihood(logits, labels, 3, best * factor) > least, $"factor {factor}");
        }
    }

    [Fact]
    public void Fit_PerfectlySeparated_StopsAtTheLowerBound()
    {
        float[] logits = [5, 0, 0, 5, 4, 0];
        Assert.Equal(TemperatureScaling.Min, TemperatureScaling.Fit(logits, [0, 1, 0], 2), 1e-6);
    }

    [Fact]
    public void Fit_AlwaysWrong_StopsAtTheUpperBound()
    {
        float[] logits = [5, 0, 0, 5, 4, 0];
        Assert.Equal(TemperatureScaling.Max, TemperatureScaling.Fit(logits, [1, 0, 1], 2), 1e-6);
    }

    [Fact]
    public void Fit_Overconfident_LowersTheCalibrationError()
    {
        var (logits, labels) = Draw(5_000, 3, 4, seed: 11);
        var temperature = TemperatureScaling.Fit(logits, labels, 3);
        Assert.True(Error(logits, labels, temperature) < 0.03);
        Assert.True(Error(logits, labels, 1) > 0.15);
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 3 }, new[] { 0 })]
    [InlineData(new float[] { 1, 2 }, new[] { 2 })]
    [InlineData(new float[0], new int[0])]
    public void Fit_SizesThatDoNotFit_Throws(float[] logits, int[] labels) =>
        Assert.Throws<ArgumentException>(() => TemperatureScaling.Fit(logits, labels, 2));

    private static double Error(float[] logits, int[] labels, double temperature)
    {
        var probabilities = new float[3];
        var confidence = new double[labels.Length];
        var correct = new bool[labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            Softmax.Tempered(logits.AsSpan(i * 3, 3), temperature, probabilities);
            confidence[i] = probabilities.Max();
            correct[i] = Array.IndexOf(probabilities, probabilities.Max()) == labels[i];
        }

        return CalibrationError.Expected(confidence, correct);
    }

    private static (float[] Logits, int[] Labels) Draw(int n, int classes, double temperature, int seed)
    {
        var random = new Random(seed);
        var logits = new float[n * classes];
        var labels = new int[n];
        var probabilities = new float[classes];
        for (var i = 0; i < n; i++)
        {
            var row = logits.AsSpan(i * classes, classes);
            foreach (ref var logit in row)
            {
                logit = (float)(6 * random.NextDouble());
            }

            Softmax.Tempered(row, temperature, probabilities);
            var draw = random.NextDouble();
            while (labels[i] < classes - 1 && (draw -= probabilities[labels[i]]) > 0)
            {
                labels[i]++;
            }
        }

        return (logits, labels);
    }
}
