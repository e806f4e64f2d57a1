using Understudy.Inference.Cascades;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Tests.Cascades;

public sealed class GuaranteeCheckTests
{
    [Theory]
    [InlineData(0.01, 0.05)]
    [InlineData(0.05, 0.1)]
    public void Run_ThresholdsChosenAsPromised_Passes(double epsilon, double delta)
    {
        // Fails for a promise that is just kept with probability 0.01 at most; the seeds are fixed.
        var table = SyntheticTable.Draw(2000, 2, new Random(3), c => c);
        var report = GuaranteeCheck.Run(table, new(epsilon, delta), resplits: 500, seed: 4);
        Assert.True(report.Passed, report.Describe());
        Assert.InRange(report.MeanRisk, 0, epsilon);
        Assert.InRange(report.AllowedShare, delta, delta + 0.05);
    }

    [Fact]
    public void Run_SameSeed_SameReport()
    {
        var table = SyntheticTable.Draw(500, 1, new Random(3), c => c);
        var guarantee = new Guarantee(0.05, 0.1);
        Assert.Equal(GuaranteeCheck.Run(table, guarantee, 50, 9), GuaranteeCheck.Run(table, guarantee, 50, 9));
    }

    [Fact]
    public void Describe_Any_StatesWhatIsJudged()
    {
        var table = SyntheticTable.Draw(500, 1, new Random(3), c => c);
        var text = GuaranteeCheck.Run(table, new(0.05, 0.1), 50, 9).Describe();
        Assert.Contains("with replacement", text);
        Assert.Contains("Kept.", text);
    }

    [Fact]
    public void Run_OneExample_Throws() =>
        Assert.Throws<ArgumentException>(() => GuaranteeCheck.Run(SyntheticTable.Draw(1, 1, new Random(1), c => c), new(0.05, 0.1)));
}
