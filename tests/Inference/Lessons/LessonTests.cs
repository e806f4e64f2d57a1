using Understudy.Inference.Datasets;
using Understudy.Inference.Decoding;
using Understudy.Inference.Lessons;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Inference.Tests.Pipelines;
using Understudy.Inference.Tests.Releases;

namespace Understudy.Inference.Tests.Lessons;

public sealed class LessonTests
{
    private static readonly LessonPolicy All = new() { TopLogprobs = 2, Rationale = true };

    [Fact]
    public void Of_TaskKeepsThem_HasTokensAndReason()
    {
        var lesson = Of(All, Label("ham"))!;

        Assert.Equal([-0.1], lesson.Teacher!.Logprobs);
        Assert.Equal(["ham"], lesson.Teacher.Tokens);
        Assert.Equal(-2.4, Assert.Single(lesson.Teacher.TopLogprobs!)["spam"]);
        Assert.Equal("As ada@example.org says.", lesson.Rationale);
    }

    [Fact]
    public void Of_TaskKeepsNeither_HasNeitherThoughTheVoteHas()
    {
        var lesson = Of(new(), Label("ham"))!;

        Assert.Equal((null, null, null, null), (lesson.Rationale, lesson.Teacher!.Logprobs, lesson.Teacher.Tokens, lesson.Teacher.TopLogprobs));
        Assert.Null(Of(All with { Keep = false }, Label("ham")));
    }

    [Fact]
    public void Of_Redacted_TakesOutOfTheReasonToo()
    {
        var lesson = Of(All with { Redact = true }, Label("ham"))!;

        Assert.Equal("As <address> says.", lesson.Rationale);
        Assert.Equal(["ham"], lesson.Teacher!.Tokens);
    }

    [Theory]
    [InlineData("12", "345")] // a number in two tokens
    [InlineData("call", "12345")]
    public void Of_RedactedAndANumberInTheAnswer_LeavesItsTokensOut(string first, string second)
    {
        var written = new TierVote("lead", -1, 0.9, 0, [], 1) { Completion = first + second, Chances = [Chance(first), Chance(second)] };

        var lesson = Of(All with { Redact = true }, written)!;

        Assert.DoesNotContain("345", lesson.Teacher!.Completion);
        Assert.Equal((null, null, null), (lesson.Teacher.Logprobs, lesson.Teacher.Tokens, lesson.Teacher.TopLogprobs));
        Assert.Equal(2, Of(All, written)!.Teacher!.Tokens!.Count);
    }

    [Fact]
    public void Of_RedactedAndANumberThatWasPossible_LeavesItsTokensOut() =>
        Assert.Null(Of(All with { Redact = true }, Label("ham", other: "0123456"))!.Teacher!.TopLogprobs);

    [Fact]
    public void Of_Redacted_TheIdTellsNothingOfWhatWasTakenOut()
    {
        string? Id(bool redact, string input) => Of(All with { Redact = redact }, Label("ham"), input)!.Id;

        Assert.Equal(Id(true, "call 555123"), Id(true, "call 555124"));
        Assert.NotEqual(Id(true, "call 555123"), Id(false, "call 555123"));
        Assert.NotEqual(Id(false, "call 555123"), Id(false, "call 555124"));
    }

    private static TierVote Label(string token, string other = "spam") =>
        new("lead", 0, 0.9, 0, [0.9f, 0.1f], 1) { Chances = [Chance(token, other)], Rationale = "As ada@example.org says." };

    private static TokenChance Chance(string token, string other = "spam") => TokenChance.Of(token, -0.1, [(token, -0.1), (other, -2.4), ("third", double.NegativeInfinity)], 2);

    private static DatasetRecord? Of(LessonPolicy policy, TierVote vote, string input = "hello")
    {
        var definition = new TaskDefinition { Name = ModelsFolder.Task, Kind = "classification", Labels = ["ham", "spam"], Lessons = policy };
        using var release = new Release(ModelsFolder.Manifest("1.0"), [], new("lead", new FixedClassifier("lead", 3, 0), 1, 0, 10), definition);
        return Lesson.Of(release, new() { Id = "x", Input = input, Votes = [vote] }, "request", DateTimeOffset.UnixEpoch);
    }
}
