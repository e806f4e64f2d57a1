using CsCheck;
using Understudy.Inference.Routing;

namespace Understudy.Inference.Tests.Routing;

public sealed class RoutingCurveTests
{
    // The strong model gains on the first two, both are right on the third, neither on the fourth.
    private static readonly bool[] Weak = [false, false, true, false];
    private static readonly bool[] Strong = [true, true, true, false];

    [Fact]
    public void Of_GainsFirst_RecoversAllWithHalfOfTheCalls()
    {
        var curve = RoutingCurve.Of([4, 3, 2, 1], Weak, Strong);
        Assert.Equal(0.25, curve.WeakAccuracy);
        Assert.Equal(0.75, curve.StrongAccuracy);
        Assert.Equal(0.75, curve.Accuracy(0.5));
        Assert.Equal(1, curve.RecoveredAt(0.5));
        Assert.Equal(0.25, curve.CallShare(0.5), 12);
        Assert.Equal(0.4, curve.CallShare(0.8), 12);
        Assert.Equal(0.75, curve.Apgr, 12); // a triangle over the first half, all of the second
    }

    [Fact]
    public void Of_GainsLast_RecoversNothingUntilTheEnd()
    {
        var curve = RoutingCurve.Of([1, 2, 3, 4], Weak, Strong);
        Assert.Equal(0.25, curve.Apgr, 12);
        Assert.Equal(0.75, curve.CallShare(0.5), 12);
    }

    [Fact]
    public void Of_OneScoreForAll_IsTheStraightLine()
    {
        var curve = RoutingCurve.Of([1, 1, 1, 1], Weak, Strong);
        Assert.Equal(0.5, curve.Apgr, 12);
        Assert.Equal(0.3, curve.CallShare(0.3), 12);
        Assert.Equal(0.5, curve.Accuracy(0.5), 12);
    }

    [Fact]
    public void Of_WeakModelBeatsStrongSomewhere_RecoversMoreThanAll()
    {
        var curve = RoutingCurve.Of([3, 2, 1], [false, false, true], [true, true, false]);
        Assert.True(curve.RecoveredAt(2 / 3.0) > 1);
        Assert.Equal(1, curve.RecoveredAt(1), 12);
    }

    [Fact]
    public void Of_AnyScores_OrderOfRecordsDoesNotMatter() =>
        Gen.Select(Gen.Int[0, 5].Array[3, 40], Gen.Int[0, 1_000_000]).Sample((scores, seed) =>
        {
            var random = new Random(seed);
            var weak = scores.Select(_ => random.NextDouble() < 0.5).ToArray();
            var strong = weak.Select(w => w || random.NextDouble() < 0.8).ToArray();
            strong[0] = true;
            weak[0] = false;
            var values = scores.Select(s => (double)s).ToArray();
            var order = Enumerable.Range(0, scores.Length).ToArray();
            random.Shuffle(order);
            var (one, other) = (RoutingCurve.Of(values, weak, strong), RoutingCurve.Of(
                order.Select(i => values[i]).ToArray(), order.Select(i => weak[i]).ToArray(), order.Select(i => strong[i]).ToArray()));
            Assert.Equal(one.Apgr, other.Apgr, 12);
            Assert.Equal(one.CallShare(0.5), other.CallShare(0.5), 12);
        }, iter: 200);

    [Fact]
    public void Of_NoGapOrNoRank_SaysSo()
    {
        Assert.Contains("no gap", Assert.Throws<ArgumentException>(() => RoutingCurve.Of([1, 2], [true, false], [false, true])).Message);
        Assert.Contains("not a number", Assert.Throws<ArgumentException>(() => RoutingCurve.Of([double.NaN, 2], [false, false], [true, true])).Message);
        Assert.Contains("2 scores for 1", Assert.Throws<ArgumentException>(() => RoutingCurve.Of([1, 2], [true], [true, true])).Message);
    }
}
