using Understudy.Training.Linear;

namespace Understudy.Training.Tests.Linear;

public sealed class LabelRatiosTests
{
    [Fact]
    public void Of_FeatureThatLabelsShareEvenly_IsZero() =>
        Assert.Equal(0f, new LabelRatios(1, [[0], [0]], [[1, 0], [0, 1]]).Of(0));

    [Fact]
    public void Of_FeatureOfOneLabel_IsItsLogCountRatio()
    {
        // Label 0: 2 of 2 texts, (2+1)/(2+2); label 1: 0 of 2, (0+1)/(2+2).
        var ratios = new LabelRatios(2, [[0], [0], [1], [1]], [[1, 0], [1, 0], [0, 1], [0, 1]]);
        Assert.Equal(MathF.Log(3f), ratios.Of(0), 5);
        Assert.Equal(ratios.Of(0), ratios.Of(1), 5);
    }

    [Fact]
    public void Of_ThreeLabels_TellsAboutTheOneThatDiffersMost()
    {
        var ratios = new LabelRatios(1, [[0], [0], [], [], []], [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]]);
        Assert.Equal(MathF.Log(3f / 4 / (1f / 5)), ratios.Of(0), 5);
    }

    [Fact]
    public void Of_SoftTargets_CountsByProbability() =>
        Assert.Equal(0f, new LabelRatios(1, [[0], []], [[0.5f, 0.5f], [0.5f, 0.5f]]).Of(0));
}
