using CsCheck;
using Understudy.Inference.Calibration;

namespace Understudy.Inference.Tests.Calibration;

public sealed class AurocTests
{
    [Fact]
    public void Compute_AnyScores_EqualsTheShareOfPairsOrderedRightly() =>
        Gen.Select(Gen.Int[0, 5], Gen.Bool).Array[2, 40].Sample(examples =>
        {
            // Few distinct scores, so that most samples have ties.
            var scores = examples.Select(e => (double)e.Item1).ToArray();
            var correct = examples.Select(e => e.Item2).ToArray();
            Assert.Equal(ByPairs(scores, correct), Auroc.Compute(scores, correct), 1e-12);
        });

    [Fact]
    public void Compute_AllTied_IsOneHalf() => Assert.Equal(0.5, Auroc.Compute([1, 1, 1], [true, false, true]));

    [Fact]
    public void Compute_NotANumber_Throws() => Assert.Throws<ArgumentException>(() => Auroc.Compute([1, double.NaN], [true, false]));

    private static double ByPairs(double[] scores, bool[] correct)
    {
        double won = 0, pairs = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            for (var j = 0; j < scores.Length; j++)
            {
                if (correct[i] && !correct[j])
                {
                    pairs++;
                    won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }

        return pairs == 0 ? 0.5 : won / pairs;
    }
}
