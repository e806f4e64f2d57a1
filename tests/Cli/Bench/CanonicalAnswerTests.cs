using System.Text.Json;
using Understudy.Cli.Bench.RecordedModels;

namespace Understudy.Cli.Tests.Bench;

public sealed class CanonicalAnswerTests
{
    [Theory]
    [InlineData("05/01/2021", "5/1/2021")]
    [InlineData("5/1/2021\n\n\n", "5/1/2021")]
    [InlineData("May 2, 2021", "5/2/2021")]
    [InlineData("Since Jun 1, 2021 is two days away, today is 05/30/2021.", "5/30/2021")]
    [InlineData("$1,200", "1200")]
    [InlineData(" 18.0 ", "18")]
    [InlineData("Yes.", "yes")]
    [InlineData("  ", null)]
    public void Of_SameMeaning_SameForm(string answer, string? canonical) => Assert.Equal(canonical, CanonicalAnswer.Of(answer));

    [Theory]
    [InlineData("18", "18")]
    [InlineData("18.00000001", "18")]
    [InlineData("true", "true")]
    [InlineData("null", null)]
    [InlineData("\"18\"", "18")]
    public void Of_Json_ReadsEveryKind(string json, string? canonical)
    {
        using var document = JsonDocument.Parse(json);
        Assert.Equal(canonical, CanonicalAnswer.Of(document.RootElement));
    }
}
