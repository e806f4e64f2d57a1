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

    [Fact]
    public void LogOdds_WhereProbabilitiesSaturate_StillTellsInputsApart()
    {
        var probability = new float[2];
        Softmax.Tempered([40, 0], 1, probability);
        Assert.Equal(1f, probability[0]);
        Assert.Equal(40, Softmax.LogOdds([40, 0]), 1e-6);
        Assert.True(Softmax.LogOdds([60, 0]) > Softmax.LogOdds([40, 0]));
    }

    [Fact]
    public void LogOdds_Moderate_IsTheLogitOfTheProbability()
    {
        var probabilities = new float[3];
        Softmax.Tempered([1.5f, 0.2f, -1], 1, probabilities);
        Assert.Equal(Math.Log(probabilities[0] / (1 - probabilities[0])), Softmax.LogOdds([1.5f, 0.2f, -1]), 1e-5);
    }

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
