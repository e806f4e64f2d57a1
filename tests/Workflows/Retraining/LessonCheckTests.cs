using Understudy.Inference.Datasets;
using Understudy.Inference.Lessons;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class LessonCheckTests
{
    [Theory]
    [InlineData("ham", 0.9, null)]
    [InlineData("ham", 0.5, null)]
    [InlineData("ham", 0.1, "'teacher.label' is 'ham', and 'teacher.probabilities' say 'spam'")]
    [InlineData(null, 0.1, null)]
    public void Check_LabelBesideProbabilities_IsTheirMostLikely(string? label, double ham, string? problem)
    {
        var record = new DatasetRecord { Text = "a", Teacher = new() { Label = label, Probabilities = new Dictionary<string, double> { ["ham"] = ham, ["spam"] = 1 - ham } } };

        var (lesson, said) = LessonCheck.Check(record, ["ham", "spam"], mostWeight: 50, mostCharacters: 100);

        Assert.Equal(problem is null, lesson is not null);
        if (problem is not null)
        {
            Assert.Contains(problem, said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void Check_ATextLongerThanMayBeSent_IsNoLesson(int length, bool isLesson)
    {
        var text = new string('a', length);
        var (lesson, problem) = LessonCheck.Check(new() { Text = text, Label = "ham" }, ["ham", "spam"], mostWeight: 50, mostCharacters: 100);
        var (call, said) = CallLessonCheck.Check(new() { Text = text, Completion = """{"intent":"Call","slots":{}}""" }, ["Call"], mostWeight: 50, mostCharacters: 100);

        Assert.Equal((isLesson, isLesson), (lesson is not null, call is not null));
        Assert.Equal(isLesson ? null : "'text' is 101 characters long; the limit is 100 (about 25 tokens). Shorten it, or raise Limits:InputTokens.", problem);
        Assert.Equal(problem, said);
    }

    [Theory]
    [InlineData("12345", 16)] // 95 characters, and eight for each number when it is redacted
    [InlineData("a@b", 25)]
    public void Check_ATextThatRedactionMadeLonger_IsALesson(string word, int words)
    {
        var text = Redaction.Apply(string.Join('\n', Enumerable.Repeat(word, words)));

        Assert.True(text.Length > 100);
        Assert.Null(LessonCheck.TextProblem(text, mostCharacters: 100));
        Assert.NotNull(LessonCheck.TextProblem(text + new string('.', 10), mostCharacters: 100));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(1.0, 1.0)]
    [InlineData(50.0, 50.0)]
    [InlineData(1e12, 50.0)]
    public void Check_Weight_IsAtMostWhatAuditsGive(double? weight, double? kept)
    {
        var (lesson, _) = LessonCheck.Check(new() { Text = "a", Teacher = new() { Label = "ham", Weight = weight } }, ["ham", "spam"], mostWeight: 50, mostCharacters: 100);
        var (call, _) = CallLessonCheck.Check(new() { Text = "a", Teacher = new() { Completion = """{"intent":"Call","slots":{}}""", Weight = weight } }, ["Call"], mostWeight: 50, mostCharacters: 100);

        Assert.Equal((kept, kept), (lesson!.Teacher!.Weight, call!.Teacher!.Weight));
    }
}
