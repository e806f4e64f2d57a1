using Understudy.Inference.Datasets;
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

        var (lesson, said) = LessonCheck.Check(record, ["ham", "spam"], mostWeight: 50);

        Assert.Equal(problem is null, lesson is not null);
        if (problem is not null)
        {
            Assert.Contains(problem, said, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(1.0, 1.0)]
    [InlineData(50.0, 50.0)]
    [InlineData(1e12, 50.0)]
    public void Check_Weight_IsAtMostWhatAuditsGive(double? weight, double? kept)
    {
        var (lesson, _) = LessonCheck.Check(new() { Text = "a", Teacher = new() { Label = "ham", Weight = weight } }, ["ham", "spam"], mostWeight: 50);
        var (call, _) = CallLessonCheck.Check(new() { Text = "a", Teacher = new() { Completion = """{"intent":"Call","slots":{}}""", Weight = weight } }, ["Call"], mostWeight: 50);

        Assert.Equal((kept, kept), (lesson!.Teacher!.Weight, call!.Teacher!.Weight));
    }
}
