using Understudy.Inference.Quality;

namespace Understudy.Inference.Tests.Quality;

public sealed class TwoSampleTestTests
{
    [Fact]
    public void Of_FourCounts_IsPearsonsTest()
    {
        var test = TwoSampleTest.Of([30, 70], [100, 100])!; // 300 (30·100 - 70·100)² / (100 · 200 · 130 · 170)

        Assert.Equal(4.8e9 / 442e6, test.Statistic, 1e-9);
        Assert.Equal((1, 0.000983), (test.Degrees, Math.Round(test.PValue, 6)));
        Assert.Equal((test.Statistic - 1) * 0.015, test.Effect, 1e-12);
    }

    [Fact]
    public void Of_RareCells_AreTakenTogether()
    {
        Assert.Equal(TwoSampleTest.Of([50, 40, 10], [45, 43, 12]), TwoSampleTest.Of([50, 40, 2, 1, 3, 4, 0], [45, 43, 4, 3, 2, 3, 0]));
        Assert.Equal(1, TwoSampleTest.Of([50, 48, 2], [45, 52, 3])!.Degrees); // what is too rare even together goes with the rarest that is not
        Assert.Null(TwoSampleTest.Of([9, 3], [400, 100])); // 2.8 are expected
        Assert.Null(TwoSampleTest.Of([100, 0], [100, 0]));
        Assert.Null(TwoSampleTest.Of([0, 0], [100, 50]));
    }

    [Fact]
    public void Of_ManyInputs_EffectIsThePopulationStabilityIndex()
    {
        double[] calibrated = [0.5, 0.3, 0.15, 0.05], recent = [0.45, 0.3, 0.18, 0.07];
        var index = recent.Zip(calibrated, (p, q) => (p - q) * Math.Log(p / q)).Sum();

        var test = TwoSampleTest.Of([.. recent.Select(share => (long)(share * 1e6))], [.. calibrated.Select(share => (long)(share * 1e6))])!;

        Assert.Equal(1, test.Effect / index, 0.02);
        Assert.True(test.PValue < 1e-100);
    }

    /// <summary>Without the correction the effect of 150 labels in such samples would be 0.2 or so, though nothing has changed; the mean of 2,000 is below 0.01.</summary>
    [Fact]
    public void Of_NothingHasChanged_EffectIsAboutNothing()
    {
        var draws = new InputDraws(150, seed: 3);

        var effects = Enumerable.Range(0, 2000).Average(_ => TwoSampleTest.Of(draws.Draw(300).Labels, draws.Draw(700).Labels)!.Effect);

        Assert.InRange(effects, 0, 0.02);
    }
}
