using Understudy.Inference.Datasets;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class CallLessonCheckTests
{
    private const string Anna = """{ "slots": { "time": "noon", "person": "anna" }, "intent": "Call" }""";

    [Fact]
    public void Check_CallOfTheTask_IsWrittenAsOursWithItsIntentAsTheLabel()
    {
        var (lesson, problem) = Check(new() { Text = "call anna at noon", Teacher = new() { Completion = Anna, Label = "Text" } });

        Assert.Null(problem);
        Assert.Equal(("Call", """{"intent":"Call","slots":{"time":"noon","person":"anna"}}"""), (lesson!.Teacher!.Label, lesson.Teacher.Completion));
    }

    [Theory]
    [InlineData("call anna", null, 1.0, "teacher.completion")]
    [InlineData("call anna", "anna", 1.0, "is no call")]
    [InlineData("call anna", """{"intent":"Call"}""", 1.0, "is no call")]
    [InlineData("call anna", """{"intent":"Sing","slots":{}}""", 1.0, "'Sing' is none of the task's")]
    [InlineData("call anna", """{"intent":"Call","slots":{"the person":"anna"}}""", 1.0, "'the person' has a name")]
    [InlineData("call anna", """{"intent":"Call","slots":{"":"anna"}}""", 1.0, "'' has a name")]
    [InlineData("call anna", """{"intent":"Call","slots":{}}""", 0.5, "teacher.weight")]
    [InlineData(" ", """{"intent":"Call","slots":{}}""", 1.0, "no 'text'")]
    public void Check_NoLesson_SaysWhy(string text, string? completion, double weight, string expected)
    {
        var (lesson, problem) = Check(new() { Text = text, Teacher = new() { Completion = completion, Weight = weight } });

        Assert.Null(lesson);
        Assert.Contains(expected, problem);
    }

    [Fact]
    public void Sieve_OneRequestWithTwoCalls_IsAConflictHoweverMuchOfThemIsTheSame()
    {
        var sieve = new LessonSieve(calls: true);
        foreach (var completion in new[] { Anna, """{"intent":"Call","slots":{"person":"anna"}}""" })
        {
            sieve.Add(Check(new() { Text = "call anna at noon", Teacher = new() { Completion = completion } }).Lesson!);
        }

        Assert.Empty(sieve.Finish());
        Assert.Equal(2, sieve.Conflicting);
    }

    [Fact]
    public void Sieve_OneCallWithItsSlotsInAnotherOrder_IsACopy()
    {
        var sieve = new LessonSieve(calls: true);
        foreach (var completion in new[] { Anna, """{"intent":"Call","slots":{"person":"anna","time":"noon"}}""" })
        {
            sieve.Add(Check(new() { Text = "call anna at noon", Teacher = new() { Completion = completion } }).Lesson!);
        }

        Assert.Single(sieve.Finish());
        Assert.Equal((1, 0), (sieve.Duplicates, sieve.Conflicting));
    }

    [Fact]
    public void LeadCheck_HalfOfOneIntentsCallsDiffer_IsFoundByThatIntent()
    {
        var lessons = Enumerable.Range(0, 100).Select(i => Check(new()
        {
            Text = $"request {i}",
            Teacher = new() { Completion = i < 90 ? """{"intent":"Call","slots":{}}""" : """{"intent":"Text","slots":{"person":"anna"}}""" },
        }).Lesson!).ToList();

        var check = LeadCheck.OfCalls(lessons, [.. lessons.Select((lesson, i) => i is >= 90 and < 96 ? """{"intent":"Text","slots":{"person":"bert"}}""" : lesson.Teacher!.Completion!)]);

        Assert.Equal((0.94, "Text"), (check.Agreement, check.Turned));
        Assert.Contains("'Text'", check.Problem("errands", 0.9));
    }

    private static (DatasetRecord? Lesson, string? Problem) Check(DatasetRecord record) => CallLessonCheck.Check(record, ["Call", "Text"], mostWeight: 50, mostCharacters: 100);
}
