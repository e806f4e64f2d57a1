using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class ReleaseSamplesTests
{
    [Fact]
    public void Of_ManyLessons_AreAFewOfEachLabel()
    {
        var samples = Texts(ReleaseSamples.Of([.. TestLessons.Make(400)], new()));

        Assert.Equal(32, samples.Count);
        Assert.Equal(16, samples.Count(text => text.Contains("win", StringComparison.Ordinal) || text.Contains("refund", StringComparison.Ordinal)));
    }

    [Fact]
    public void Of_RareLabel_IsThereNonetheless()
    {
        var lessons = TestLessons.Make(400).Where(lesson => lesson.Teacher!.Label == "ham").Append(Lesson("the only refund", "spam"));

        Assert.Contains("the only refund", Texts(ReleaseSamples.Of([.. lessons], new())));
    }

    [Fact]
    public void Of_PolicyThatRedacts_RedactsLessonsFromElsewhereToo()
    {
        IReadOnlyList<DatasetRecord> lessons = [Lesson("write to anna@example.org", "ham"), Lesson("write to bert@example.org", "ham")];

        Assert.Equal("write to <address>", Assert.Single(Texts(ReleaseSamples.Of(lessons, new() { Redact = true }))));
    }

    [Fact]
    public void Of_NothingMayBeKept_IsNothing() => Assert.Empty(ReleaseSamples.Of([.. TestLessons.Make(40)], new() { Keep = false }));

    [Fact]
    public void Of_LongTexts_ArePassedOver() => Assert.Empty(ReleaseSamples.Of([Lesson(new string('x', 4001), "ham")], new()));

    private static DatasetRecord Lesson(string text, string label) => new() { Text = text, Teacher = new() { Model = "lead", Label = label } };

    private static List<string> Texts(IReadOnlyList<string> lines) => lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!).ToList();
}
