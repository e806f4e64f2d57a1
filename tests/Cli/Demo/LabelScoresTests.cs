using Understudy.Cli.Demo;

namespace Understudy.Cli.Tests.Demo;

public sealed class LabelScoresTests
{
    // By hand: a has 1 right, 1 missed, 1 too many; b has 1 right, 1 missed, 1 too many; c has 1 right.
    private static readonly (string Truth, string Answer)[] Pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "a"), ("c", "c")];

    [Fact]
    public void Accuracy_ThreeOfFive_IsTheirShare() => Assert.Equal(0.6, LabelScores.Accuracy(Pairs), 10);

    [Fact]
    public void Accuracy_Nothing_IsZero() => Assert.Equal(0, LabelScores.Accuracy([]));

    [Fact]
    public void MacroF1_ThreeLabels_IsTheMeanOfTheirs() => Assert.Equal((0.5 + 0.5 + 1) / 3, LabelScores.MacroF1(Pairs), 10);

    [Fact]
    public void MacroF1_LabelNeverAnswered_CountsAsZero() =>
        Assert.Equal((2.0 / 3 + 0) / 2, LabelScores.MacroF1([("a", "a"), ("b", "a")]), 10);
}
