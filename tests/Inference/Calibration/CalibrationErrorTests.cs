using Understudy.Inference.Calibration;

namespace Understudy.Inference.Tests.Calibration;

public sealed class CalibrationErrorTests
{
    [Fact]
    public void Expected_HonestConfidence_IsZero()
    {
        var confidence = Enumerable.Repeat(0.75, 40).ToArray();
        var correct = Enumerable.Range(0, 40).Select(i => i % 4 != 0).ToArray();
        Assert.Equal(0, CalibrationError.Expected(confidence, correct), 1e-12);
    }

    [Fact]
    public void Expected_AlwaysSureAndHalfRight_IsOneHalf() =>
        Assert.Equal(0.5, CalibrationError.Expected([1, 1, 1, 1], [true, false, true, false]), 1e-12);

    [Fact]
    public void Expected_TwoBins_AveragesTheirGaps()
    {
        // Low bin: confidence 0.6, all right: gap 0.4. High bin: confidence 0.9, half right: gap 0.4.
        Assert.Equal(0.4, CalibrationError.Expected([0.9, 0.6, 0.9, 0.6], [true, true, false, true], bins: 2), 1e-12);
    }

    [Fact]
    public void Expected_TiedConfidences_DoesNotDependOnOrder()
    {
        double[] confidence = [.. Enumerable.Repeat(0.8, 30)];
        var first = Enumerable.Range(0, 30).Select(i => i < 24).ToArray();
        var mixed = Enumerable.Range(0, 30).Select(i => i % 5 != 0).ToArray();
        Assert.Equal(CalibrationError.Expected(confidence, first), CalibrationError.Expected(confidence, mixed), 1e-12);
    }

    [Fact]
    public void Expected_Weights_CountAsCopiesWould()
    {
        double[] confidence = [0.9, 0.6, 0.8, 0.6];
        bool[] correct = [true, false, false, true];

        Assert.Equal(
            CalibrationError.Expected([0.9, 0.6, 0.6, 0.6, 0.8, 0.6], [true, false, false, false, false, true], bins: 1),
            CalibrationError.Expected(confidence, correct, bins: 1, weights: [1, 3, 1, 1]),
            1e-12);
        Assert.Equal(CalibrationError.Expected(confidence, correct), CalibrationError.Expected(confidence, correct, weights: [2, 2, 2, 2]), 1e-12);
        Assert.Equal(0.1, CalibrationError.Expected([0.9, 0.6], [true, false], weights: [1, 0]), 1e-12);
    }

    [Fact]
    public void Expected_NothingToJudge_IsZero() => Assert.Equal(0, CalibrationError.Expected([], []));
}
