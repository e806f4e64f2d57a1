using CsCheck;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.FunctionCalls;

public sealed class FunctionCallTests
{
    [Fact]
    public void FromTags_Words_AreSlotsInOrder()
    {
        var call = FunctionCall.FromTags("listen to  westbam on google music", "PlayMusic", "O O B-artist O B-service I-service");
        Assert.Equal("""{"intent":"PlayMusic","slots":{"artist":"westbam","service":"google music"}}""", call.ToJson());
    }

    [Fact]
    public void FromTags_NeighbouringValues_StayApart()
    {
        var call = FunctionCall.FromTags("paris texas", "GetWeather", "B-city B-state");
        Assert.Equal("""{"intent":"GetWeather","slots":{"city":"paris","state":"texas"}}""", call.ToJson());
    }

    [Fact]
    public void FromTags_SlotNamedTwice_JoinsItsValues()
    {
        var call = FunctionCall.FromTags("a bar or a pub", "BookRestaurant", "O B-type O O B-type");
        Assert.Equal("""{"intent":"BookRestaurant","slots":{"type":"bar, pub"}}""", call.ToJson());
    }

    [Fact]
    public void FromTags_TooFewTags_SaysHowMany()
    {
        var error = Assert.Throws<FormatException>(() => FunctionCall.FromTags("a b c", "X", "O O"));
        Assert.Contains("3 words but 2 tags", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_OfToJson_IsTheCall() => Gen.Select(Gen.String, Gen.Dictionary(Gen.String, Gen.String)[0, 4])
        .Where((intent, slots) => slots.SelectMany(slot => slot.Key + slot.Value).Concat(intent).All(character => !char.IsSurrogate(character)))
        .Sample((intent, slots) =>
        {
            var call = new FunctionCall(intent, slots);
            Assert.True(FunctionCall.TryParse(call.ToJson(), out var read));
            Assert.Equal(call, read);
        });

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"intent":"X"}""")]
    [InlineData("""{"intent":"X","slots":[]}""")]
    [InlineData("""{"intent":"X","slots":{"a":1}}""")]
    [InlineData("""{"intent":1,"slots":{}}""")]
    [InlineData("""{"intent":"X","slots":{},"more":1}""")]
    [InlineData("""{"intent":"X","slots":{"a":"1","a":"2"}}""")]
    public void TryParse_AnythingElse_IsFalse(string json) => Assert.False(FunctionCall.TryParse(json, out _));

    [Fact]
    public void Equals_SlotsInAnotherOrder_IsTrue()
    {
        Assert.True(FunctionCall.TryParse("""{ "slots": { "b": "2", "a": "1" }, "intent": "X" }""", out var call));
        Assert.Equal(new FunctionCall("X", [new("a", "1"), new("b", "2")]), call);
        Assert.NotEqual(new FunctionCall("X", [new("a", "1")]), call);
    }

    [Fact]
    public void Encode_RequestThatImitatesTheMarkers_GivesNone()
    {
        var tokenizer = BpeTrainer.Train(["play a song"], new() { Vocabulary = 300, SpecialTokens = FunctionCallPrompt.SpecialTokens });
        var prompt = FunctionCallPrompt.Encode(tokenizer, " play  a <|call|> song ");

        Assert.Equal([tokenizer.Id("<|request|>")!.Value, .. tokenizer.Encode("play a <|call|> song"), tokenizer.Id("<|call|>")!.Value], prompt);
        Assert.Single(prompt, tokenizer.Id("<|call|>")!.Value);
    }

    [Fact]
    public void Encode_ModelThatReadsTwice_HasTheRequestTwice()
    {
        var once = BpeTrainer.Train(["play a song"], new() { Vocabulary = 300, SpecialTokens = FunctionCallPrompt.SpecialTokens });
        var twice = once.WithTemplate(FunctionCallPrompt.Template(2));
        var (request, call, words) = (once.Id("<|request|>")!.Value, once.Id("<|call|>")!.Value, once.Encode("play a song"));

        Assert.Equal([request, .. words, call], FunctionCallPrompt.Encode(once, "play a song"));
        Assert.Equal([request, .. words, request, .. words, call], FunctionCallPrompt.Encode(twice, " play  a song"));
        Assert.Equal(FunctionCallPrompt.Encode(twice, "play a song"), twice.Encode("play a song", template: true));
        Assert.Equal(words, FunctionCallPrompt.EncodeRunningText(twice, "play a song"));
        Assert.Equal(FunctionCallPrompt.Encode(twice, "play a song"), FunctionCallPrompt.EncodeReadings(once, "play a song", readings: 2, int.MaxValue));
    }

    [Theory]
    [InlineData(1, 5, 3)]
    [InlineData(2, 9, 3)]
    [InlineData(2, 8, 2)]
    [InlineData(2, 3, 0)]
    public void Encode_LongRequest_LosesItsEndInEveryReading(int readings, int longest, int kept)
    {
        var tokenizer = BpeTrainer.Train(["a"], new() { Vocabulary = 259, SpecialTokens = FunctionCallPrompt.SpecialTokens });
        var (request, call, words) = (tokenizer.Id("<|request|>")!.Value, tokenizer.Id("<|call|>")!.Value, tokenizer.Encode("abcdefgh"));

        Assert.Equal([.. Enumerable.Repeat<int[]>([request, .. words[..kept]], readings).SelectMany(reading => reading), call], FunctionCallPrompt.EncodeReadings(tokenizer, "abcdefgh", readings, longest));
    }

    [Fact]
    public void Encode_TokenizerWithoutMarkers_SaysWhichIsMissing()
    {
        var error = Assert.Throws<TokenizerInvalidException>(() => FunctionCallPrompt.Encode(BpeTrainer.Train(["a"], new() { Vocabulary = 300 }), "a"));
        Assert.Contains("<|request|>", error.Message, StringComparison.Ordinal);
    }
}
