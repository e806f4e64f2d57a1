using Understudy.Inference.Evaluation;

namespace Understudy.Inference.Tests.Evaluation;

public sealed class ClassificationScoresTests
{
    // By hand: a has 1 right, 1 missed, 1 too many; b has 1 right, 1 missed, 1 too many; c has 1 right.
    private static readonly string[] Truths = ["a", "a", "b", "b", "c"];
    private static readonly string[] Answers = ["a", "b", "b", "a", "c"];

    [Fact]
    public void Accuracy_ThreeOfFive_IsTheirShare() => Assert.Equal(0.6, ClassificationScores.Accuracy(Truths, Answers), 10);

    [Fact]
    public void MacroF1_ThreeLabels_IsTheMeanOfTheirs() =>
        Assert.Equal((0.5 + 0.5 + 1) / 3, ClassificationScores.MacroF1(Truths, Answers), 10);

    [Fact]
    public void MacroF1_LabelNeverAnswered_CountsAsZero() =>
        Assert.Equal((2.0 / 3 + 0) / 2, ClassificationScores.MacroF1(["a", "b"], ["a", "a"]), 10);

    [Fact]
    public void MacroF1_ByIndex_IsTheSameAsByName() =>
        Assert.Equal(ClassificationScores.MacroF1(Truths, Answers), ClassificationScores.MacroF1([0, 0, 1, 1, 2], [0, 1, 1, 0, 2]), 10);

    [Fact]
    public void Both_Nothing_AreZero()
    {
        Assert.Equal(0, ClassificationScores.Accuracy<string>([], []));
        Assert.Equal(0, ClassificationScores.MacroF1<string>([], []));
    }

    [Fact]
    public void Both_AnswerMissing_SaySo()
    {
        Assert.Contains("1 answers to 2 examples", Assert.Throws<ArgumentException>(() => ClassificationScores.Accuracy(["a", "b"], ["a"])).Message);
        Assert.Throws<ArgumentException>(() => ClassificationScores.MacroF1(["a", "b"], ["a"]));
    }
}
