using CsCheck;
using Understudy.Inference.FunctionCalls;

namespace Understudy.Inference.Tests.FunctionCalls;

public sealed class CallAlignmentTests
{
    [Theory]
    [InlineData("play help by the band help", """{"intent":"Play","slots":{"artist":"the band"}}""", "O O O B-artist I-artist O")]
    [InlineData("play help by the band help", """{"intent":"Play","slots":{"artist":"the band","song":"help"}}""", "O O O B-artist I-artist B-song")] // the one behind the artist
    [InlineData("play help by the band help", """{"intent":"Play","slots":{"song":"help, help"}}""", "O B-song O O O B-song")]
    [InlineData("play help by the band help", """{"intent":"Play","slots":{"song":"help, band","artist":"help"}}""", "O B-song O O B-song B-artist")]
    [InlineData("play help by the band help", """{"intent":"Play","slots":{"artist":"band","song":"by the"}}""", "O O B-song I-song B-artist O")] // in no order but one
    [InlineData("  play\t help ", """{"intent":"Play","slots":{"song":"help"}}""", "O B-song")]
    [InlineData("play salt, pepper now", """{"intent":"Play","slots":{"song":"salt, pepper"}}""", "O B-song I-song O")] // one value with a comma
    [InlineData("play anything", """{"intent":"Play","slots":{}}""", "O O")]
    public void Align_ValuesThatStandThere_TagsTheirWords(string request, string json, string tags)
    {
        var (placement, tagged) = CallAlignment.Align(request, Call(json));

        Assert.Equal(CallPlacement.Found, placement);
        Assert.Equal(TaggedRequest.Parse(request, "Play", tags).Segments, tagged!.Segments);
        Assert.Equal(Call(json), tagged.Call);
    }

    [Theory]
    [InlineData("""{"intent":"Play","slots":{"song":"help"}}""", CallPlacement.Ambiguous)]
    [InlineData("""{"intent":"Play","slots":{"song":"help","artist":"help","album":"help"}}""", CallPlacement.Absent)]
    [InlineData("""{"intent":"Play","slots":{"song":"yesterday"}}""", CallPlacement.Absent)]
    [InlineData("""{"intent":"Play","slots":{"song":"hel"}}""", CallPlacement.Absent)] // a part of a word
    [InlineData("""{"intent":"Play","slots":{"song":"the band","artist":"band help"}}""", CallPlacement.Absent)] // one word twice
    [InlineData("""{"intent":"Play","slots":{"song":""}}""", CallPlacement.Absent)]
    [InlineData("""{"intent":"Play","slots":{"song":"help band"}}""", CallPlacement.Absent)]
    public void Align_ValuesThatDoNotOrMayBeElsewhere_SaysWhich(string json, CallPlacement expected)
    {
        var (placement, tagged) = CallAlignment.Align("play help by the band help", Call(json));

        Assert.Equal(expected, placement);
        Assert.Null(tagged);
    }

    [Fact]
    public void Align_NoWords_IsAbsentUnlessNothingIsSought()
    {
        Assert.Equal(CallPlacement.Absent, CallAlignment.Align(" ", Call("""{"intent":"Play","slots":{"song":"help"}}""")).Placement);
        Assert.Equal(CallPlacement.Found, CallAlignment.Align("hm", Call("""{"intent":"Play","slots":{}}""")).Placement);
    }

    [Fact]
    public void Align_MoreToTryThanIsTried_IsAmbiguousAndComesToAnEnd()
    {
        var slots = string.Join(',', Enumerable.Range(0, 20).Select(slot => $"\"s{slot}\":\"a\"").Append("\"last\":\"b b\""));

        var (placement, _) = CallAlignment.Align(string.Join(' ', Enumerable.Repeat("a", 19).Append("b b")), Call($$"""{"intent":"Play","slots":{ {{slots}} } }"""));

        Assert.NotEqual(CallPlacement.Found, placement);
    }

    [Fact]
    public void Align_RequestOfThousandsOfWords_IsNotSearched()
    {
        var words = string.Join(' ', Enumerable.Repeat("a", 20_000));

        var (placement, tagged) = CallAlignment.Align(words, new("Play", [new("song", words.Replace(" ", ", ", StringComparison.Ordinal))]));

        Assert.Equal((CallPlacement.Ambiguous, null), (placement, tagged));
    }

    /// <summary>Whatever is tagged: its call comes back, and its tags too where they are said to be certain.</summary>
    [Fact]
    public void Align_CallOfATaggedRequest_IsThatRequestOrAmbiguous() => Gen.Select(Gen.Int[0, 3].Select(word => "abcd"[word].ToString()).Array[1, 7], Gen.Int[0, 4].Array[7]).Sample((words, tags) =>
    {
        var named = words.Select((_, at) => tags[at] switch { 0 or 1 => "O", 2 => "B-x", 3 => "B-y", _ => at > 0 && tags[at - 1] == 2 ? "I-x" : "B-y" });
        var request = TaggedRequest.Parse(string.Join(' ', words), "Play", string.Join(' ', named));

        var (placement, tagged) = CallAlignment.Align(request.Text, request.Call);

        return placement == CallPlacement.Found ? tagged!.Call.Equals(request.Call) && Only(words, request) : placement == CallPlacement.Ambiguous;

        // Values that stand there once each leave no choice.
        bool Only(string[] all, TaggedRequest one) => one.Segments.Where(segment => segment.Slot is not null).Any(segment => all.Count(word => segment.Text.Split(' ').Contains(word)) > 1)
            || tagged!.Segments.Where(segment => segment.Slot is not null).SequenceEqual(one.Segments.Where(segment => segment.Slot is not null));
    });

    private static FunctionCall Call(string json) => FunctionCall.TryParse(json, out var call) ? call! : throw new FormatException(json);
}
