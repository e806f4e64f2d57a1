using CsCheck;
using Understudy.Cli.Calibration;
using Understudy.Cli.Ensembles;
using Understudy.Inference.Ensembles;

namespace Understudy.Cli.Tests.Ensembles;

public sealed class EnsembleFitTests
{
    private static readonly string[] Tiers = ["first", "second", "lead"];

    [Fact]
    public void Average_AnyOutputs_WeightsLieOnTheSimplexAndNoneNearbyIsMoreLikely() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var outputs = Draw(seed, 60, [1, 1.5, 2]);
            var weights = AveragingFit.Fit(outputs, [.. Enumerable.Range(0, 60)]).Weights;
            Assert.Equal(1, weights.Sum(), 1e-9);
            Assert.All(weights, w => Assert.InRange(w, 0, 1));
            var best = LogLikelihood(outputs, weights);
            for (var tier = 0; tier < 3; tier++)
            {
                var moved = weights.Select((w, i) => (w * 0.98) + (i == tier ? 0.02 : 0)).ToArray();
                Assert.True(LogLikelihood(outputs, moved) <= best + 0.006); // after t steps at most log(3) / t an example is left to gain
            }
        }, iter: 30);

    [Fact]
    public void Stack_MembersThatErrIndependently_BeatsTheBestOnOthersToo()
    {
        var fitted = EnsembleFit.Run(Ensemble.Stack, Draw(1, 1000, [1.5, 1.5, 1.6]), Tiers);
        Assert.Equal((Ensemble.Stack, false), (fitted.Report.Chosen, fitted.Report.FellBack));
        var fresh = Draw(2, 2000, [1.5, 1.5, 1.6]);
        var best = (double)Accuracies.Right(fresh, Enumerable.Range(0, 2000), Accuracies.Best(fresh)) / 2000;
        var stack = new StackOnTrial("stack", fitted.Policy).Accuracy(fresh);
        Assert.True(stack > best + 0.02, $"{stack} against {best}");
        Assert.Equal(fitted.Report.Accuracy, stack, 0.04);
    }

    [Fact]
    public void Stack_TierMissing_StillBeatsTheBestOfTheOthers()
    {
        var fitted = EnsembleFit.Run(Ensemble.Stack, Draw(1, 1000, [1.5, 1.5, 1.6]), Tiers);
        var fresh = Draw(2, 2000, [1.5, 1.5, 1.6]);
        var right = Enumerable.Range(0, 2000).Count(i => fitted.Policy!.Label([fresh.Rows[i][0], fresh.Rows[i][1], null], 3) == fresh.Truths[i]);
        Assert.True(right > Accuracies.Right(fresh, Enumerable.Range(0, 2000), 0) && right > Accuracies.Right(fresh, Enumerable.Range(0, 2000), 1));
    }

    [Theory]
    [InlineData(Ensemble.Stack)]
    [InlineData(Ensemble.Average)]
    [InlineData(Ensemble.Vote)]
    public void Run_OthersKnowNothing_TheLeadAnswersAlone(string name)
    {
        var outputs = Draw(3, 300, [0, 0, 4]);
        var fitted = EnsembleFit.Run(name, outputs, Tiers);
        Assert.Equal((Ensemble.Last, true, "lead"), (fitted.Report.Chosen, fitted.Report.FellBack, fitted.Report.BestMember));
        Assert.Null(fitted.Policy);
        Assert.Null(fitted.Served);
        Assert.Contains("No gain: lead alone", fitted.Report.Describe());
    }

    [Fact]
    public void Run_AStudentIsTheBestAndNothingIsGained_ItGetsAllTheWeight()
    {
        var outputs = Draw(4, 300, [4, 0, 0]);
        var fitted = EnsembleFit.Run(Ensemble.Stack, outputs, Tiers);
        Assert.Equal((Ensemble.Average, "first"), (fitted.Report.Chosen, fitted.Report.BestMember));
        Assert.Equal([1, 0, 0], fitted.Parameters!.Weights);
    }

    [Fact]
    public void Stack_HeavyRidge_SaysWhatTheBestMemberSays()
    {
        var outputs = Draw(5, 200, [1, 1, 2]);
        var policy = Ensemble.Of(Ensemble.Stack, new StackingFit(outputs, [.. Enumerable.Range(0, 200)]).Fit(1e9))!;
        var combined = new float[3];
        foreach (var row in outputs.Rows)
        {
            policy.Combine(row, combined);
            Assert.All(combined.Zip(row[2]), pair => Assert.Equal(pair.Second, pair.First, 1e-3f));
        }
    }

    [Fact]
    public void Stack_AnyData_NoNearbyWeightsDoBetter() =>
        Gen.Int[0, 1_000_000].Sample(seed =>
        {
            var outputs = Draw(seed, 80, [1, 1.5, 2]);
            var fit = new StackingFit(outputs, [.. Enumerable.Range(0, 80)]).Fit(1e-3);

            // The biases are all but free, and in every set of tiers the mean probability of a label is then its share.
            var policy = Ensemble.Of(Ensemble.Stack, fit)!;
            var sums = new double[3];
            var combined = new float[3];
            foreach (var row in outputs.Rows)
            {
                policy.Combine(row, combined);
                sums = [.. sums.Zip(combined, (sum, p) => sum + p)];
            }

            for (var label = 0; label < 3; label++)
            {
                Assert.Equal(outputs.Truths.Count(t => t == label) / 80.0, sums[label] / 80, 0.02);
            }
        }, iter: 10);

    [Theory]
    [InlineData(5, 0, 1 / 32.0)]
    [InlineData(0, 0, 1)]
    [InlineData(1, 1, 0.75)]
    public void SignTest_Any_IsTheBinomialTail(int wins, int losses, double expected) => Assert.Equal(expected, Accuracies.SignTest(wins, losses), 1e-9);

    /// <summary>Three labels; each tier's logits are noise with the tier's strength added to the truth's.</summary>
    private static TierProbabilities Draw(int seed, int count, double[] strengths)
    {
        var random = new Random(seed);
        int[] truths = [.. Enumerable.Range(0, count).Select(_ => random.Next(3))];
        return new(truths, [.. truths.Select(truth => strengths.Select(strength =>
        {
            double[] logits = [.. Enumerable.Range(0, 3).Select(label => Normal(random) + (label == truth ? strength : 0))];
            var sum = logits.Sum(Math.Exp);
            return Array.ConvertAll(logits, logit => (float)(Math.Exp(logit) / sum));
        }).ToArray())]);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double LogLikelihood(TierProbabilities outputs, IReadOnlyList<double> weights) =>
        Enumerable.Range(0, outputs.Count).Sum(i => Math.Log(outputs.Rows[i].Zip(weights, (row, weight) => row[outputs.Truths[i]] * weight).Sum()));
}
