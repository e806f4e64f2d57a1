using CsCheck;
using Understudy.Inference.Cascades;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Tests.Cascades;

public sealed class ThresholdSearchTests
{
    private static readonly Guarantee Promise = new(0.02, 0.05);

    [Fact]
    public void Choose_PerfectStudent_LetsItAnswerEverythingItMay()
    {
        var table = SyntheticTable.Empty(1);
        for (var i = 0; i < 400; i++)
        {
            table.Add(new(0, [0], [0.6], 0));
        }

        var (thresholds, report) = ThresholdSearch.Choose(table, Promise);
        Assert.InRange(thresholds[0], 0, 0.6);
        Assert.True(report.Certified);
        Assert.Equal(1, report.StudentShare);
        Assert.Equal(0, report.Risk);
        Assert.Equal(0.1, report.MillisecondsPerItem, 1e-9);
    }

    [Fact]
    public void Choose_TooFewExamples_DefersAllAndSaysHowManyItTakes()
    {
        var table = SyntheticTable.Empty(2);
        for (var i = 0; i < 100; i++)
        {
            table.Add(new(0, [0, 0], [1, 1], 0));
        }

        var (thresholds, report) = ThresholdSearch.Choose(table, Promise);
        Assert.All(thresholds, t => Assert.True(t > 1));
        Assert.False(report.Certified);
        Assert.Equal(149, report.ExamplesNeeded); // the least n with 0.98^n ≤ 0.05
        Assert.Equal(0, report.StudentShare);
        Assert.Equal(5, report.MillisecondsPerItem, 1e-9); // students that may never answer are not asked
    }

    [Fact]
    public void Choose_NoExamples_DefersAll()
    {
        var (thresholds, report) = ThresholdSearch.Choose(SyntheticTable.Empty(1), Promise);
        Assert.True(thresholds[0] > 1);
        Assert.Equal(149, report.ExamplesNeeded);
    }

    [Fact]
    public void Choose_StudentThatIsSureAndWrong_DefersAllAndSaysThatMoreExamplesWillNotHelp()
    {
        var table = SyntheticTable.Empty(1);
        for (var i = 0; i < 1000; i++)
        {
            table.Add(new(0, [i % 10 == 0 ? 1 : 0], [1], 0));
        }

        var (thresholds, report) = ThresholdSearch.Choose(table, Promise);
        Assert.True(thresholds[0] > 1);
        Assert.False(report.Certified);
        Assert.Equal(0, report.ExamplesNeeded);
    }

    [Fact]
    public void Choose_StudentSlightlyTooWrongForTheExamples_SaysHowManyWouldDo()
    {
        var table = SyntheticTable.Empty(1);
        for (var i = 0; i < 200; i++)
        {
            table.Add(new(0, [i < 2 ? 1 : 0], [1], 0)); // 1 % loss: too near to 2 % for 200 examples
        }

        var report = ThresholdSearch.Choose(table, Promise).Report;
        Assert.False(report.Certified);
        Assert.Equal(BinomialTail.ExamplesNeeded(0.01, 0.02, 0.05), report.ExamplesNeeded);
        Assert.InRange(report.ExamplesNeeded, 201, 2000);
    }

    [Fact]
    public void Choose_WhereTheLeadIsWrongToo_CountsNoLoss()
    {
        var table = SyntheticTable.Empty(1);
        for (var i = 0; i < 400; i++)
        {
            table.Add(new(0, [i % 3 == 0 ? 1 : 0], [0.9], i % 3 == 0 ? 1 : 0));
        }

        Assert.Equal(0, ThresholdSearch.Choose(table, Promise).Report.Risk);
    }

    [Fact]
    public void Choose_AnyTable_ReportsWhatServingWithTheThresholdsWouldDo() =>
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[1, 3]).Sample((seed, students) =>
        {
            var table = SyntheticTable.Draw(600, students, new Random(seed), c => c);
            var (thresholds, report) = ThresholdSearch.Choose(table, Promise);
            var (risk, share, cost) = Serve(table, thresholds);
            Assert.Equal(risk, report.Risk, 1e-12);
            Assert.Equal(share, report.StudentShare, 1e-12);
            Assert.Equal(cost, report.MillisecondsPerItem, 1e-9);
            Assert.Equal(report.Certified, report.PValue <= Promise.Delta);
        }, iter: 60);

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void Choose_ManyCalibrations_BreaksThePromiseNoMoreOftenThanDelta(int students, bool overconfident)
    {
        // True risk on 100,000 fresh examples; 300 calibrations. If the promise is just kept, more than the 0.999 quantile of
        // Bin(300, delta) are broken in 1 of 1000 tests; the seed is fixed.
        Func<double, double> honesty = overconfident ? c => 0.5 + ((c - 0.5) * 0.9) : c => c;
        var random = new Random(5);
        var population = new LossProfile(SyntheticTable.Draw(100_000, students, random, honesty));
        var truth = population.Sum(Enumerable.Range(0, population.Count));
        var broken = 0;
        for (var i = 0; i < 300; i++)
        {
            var profile = new LossProfile(SyntheticTable.Draw(800, students, random, honesty));
            var level = ThresholdSearch.ChooseLevel(profile.Sum(Enumerable.Range(0, 800)), Promise);
            broken += truth.Losses[level] > Promise.Epsilon * truth.Examples ? 1 : 0;
        }

        Assert.InRange(broken, 0, BinomialTail.Quantile(0.999, 300, Promise.Delta));
    }

    [Fact]
    public void Choose_AmongAlternatives_TakesTheCheapestThatPassesAtItsShare()
    {
        static CalibrationTable Table(double cost, int wrong)
        {
            var table = new CalibrationTable(["s"], [cost], 5);
            for (var i = 0; i < 400; i++)
            {
                table.Add(new(0, [i < wrong ? 1 : 0], [0.9], 0));
            }

            return table;
        }

        // 0.98^400 = 0.0003: a sixteenth of delta is met. The cheapest one loses too much.
        CalibrationTable[] tables = [Table(1, 0), Table(0.1, 40), Table(0.5, 0)];
        var (chosen, _, report) = ThresholdSearch.Choose(ThresholdAlternative.Equal(tables), Promise);
        Assert.Equal(2, chosen);
        Assert.True(report.Certified);
        Assert.Equal(0.5, report.MillisecondsPerItem, 1e-9);

        (_, _, report) = ThresholdSearch.Choose([new(tables[0], 0.999), new(tables[2], 0.001)], Promise);
        Assert.Equal(1, report.MillisecondsPerItem, 1e-9); // 0.001 of delta takes more than 400 examples
    }

    [Fact]
    public void Choose_SharesAboveOne_Throws() =>
        Assert.Throws<ArgumentException>(() => ThresholdSearch.Choose([new(SyntheticTable.Empty(1), 0.6), new(SyntheticTable.Empty(1), 0.6)], Promise));

    [Fact]
    public void Choose_GoodStudents_AnswerMost()
    {
        // A promise is easily kept by deferring everything; the point is not to.
        var table = SyntheticTable.Draw(3000, 2, new Random(2), c => 0.9 + (c / 10));
        var report = ThresholdSearch.Choose(table, Promise).Report;
        Assert.True(report.StudentShare > 0.6, $"share {report.StudentShare}");
    }

    [Fact]
    public void Choose_PromiseOutOfRange_Throws() =>
        Assert.Throws<ArgumentException>(() => ThresholdSearch.Choose(SyntheticTable.Empty(1), new(0, 0.05)));

    private static (double Risk, double Share, double Cost) Serve(CalibrationTable table, double[] thresholds)
    {
        double losses = 0, answered = 0, cost = 0;
        foreach (var example in table.Examples)
        {
            var tier = 0;
            for (; tier < thresholds.Length && thresholds[tier] <= 1; tier++)
            {
                cost += table.StudentMilliseconds[tier];
                if (example.Confidences[tier] >= thresholds[tier])
                {
                    break;
                }
            }

            var student = tier < thresholds.Length && thresholds[tier] <= 1;
            cost += student ? 0 : table.LeadMilliseconds;
            answered += student ? 1 : 0;
            losses += student && example.Labels[tier] != example.Truth && example.LeadLabel == example.Truth ? 1 : 0;
        }

        var n = table.Examples.Count;
        return (losses / n, answered / n, cost / n);
    }
}
