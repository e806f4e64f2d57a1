using System.Text.Json.Nodes;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.Tests.FunctionCalls;

public sealed class FunctionCallTaskTests
{
    private const string Schema = """
        { "type": "object", "required": ["intent", "slots"], "properties": { "intent": { "enum": ["Call", "Text"] },
          "slots": { "type": "object", "properties": { "person": { "type": "string", "format": "extract" } } } } }
        """;

    private static readonly TextTokenizer Tokenizer = BpeTrainer.Train(
        ["call anna and text bert"], new() { Vocabulary = 270, SpecialTokens = FunctionCallPrompt.SpecialTokens, MinCount = 2 });

    [Fact]
    public void Prompt_Request_IsTheOneThatModelsAreTrainedOn() =>
        Assert.Equal(FunctionCallPrompt.Encode(Tokenizer, "call anna"), Calls(Schema).Prompt(" call   anna"));

    [Theory]
    [InlineData("""{"intent":"Call","slots":{"person":"anna"}}""", true)]
    [InlineData("""{"intent":"Text","slots":{}}""", true)]
    [InlineData("""{"intent":"Call","slots":{"person":"bert"}}""", false)]
    [InlineData("""{"intent":"Sing","slots":{}}""", false)]
    [InlineData("""{"intent":"Call","slots":{"place":"anna"}}""", false)]
    [InlineData("call anna", false)]
    public void Options_Answer_IsHeldToSchemaAndRequest(string answer, bool allowed)
    {
        var cursor = Calls(Schema).Options("call anna now", 160).Grammar!.Begin(160);
        Assert.Equal(allowed, Tokenizer.Encode(answer).All(cursor.TryAdvance) && cursor.HasEnded);
    }

    [Theory]
    [InlineData("""{"intent":"Call","slots":{}}""", null)]
    [InlineData("""{"intent":"Call"}""", "does not allow what begins at character 17")]
    [InlineData("""{"intent":"Call","slots":{}""", "it ends before the schema lets it")]
    [InlineData("""{"intent":"Call","slots":{}} and""", "does not allow what begins at character 29")]
    [InlineData("""{"intent":"Secret","slots":{}}""", "does not allow what begins at character 12")]
    public void Fault_Text_SaysWhereTheSchemaIsBroken(string text, string? fault)
    {
        var found = Calls(Schema).Fault("call anna", text);
        Assert.Equal(fault is null, found is null);
        Assert.Contains(fault ?? "", found ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("intent", found ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12", true)]
    [InlineData("12a", false)]
    public void Accepts_NumberThatMightGoOn_IsWhole(string text, bool accepted) => Assert.Equal(accepted, Calls("""{"type":"integer"}""").Accepts("twelve", text));

    [Fact]
    public void Accepts_ChoiceOfFewerTokensThanTheShortestText_IsAllowed()
    {
        var tokenizer = BpeTrainer.Train(["negative negative"], new() { Vocabulary = 275, SpecialTokens = FunctionCallPrompt.SpecialTokens, MinCount = 2 });
        Assert.Equal((1, 3), (tokenizer.Encode("negative").Length, tokenizer.Encode("n/a").Length));
        var calls = Calls("""{"type":"object","required":["reason","label"],"properties":{"reason":{"type":"string"},"label":{"enum":["n/a","negative"]}}}""", tokenizer);
        Assert.Null(calls.Fault("well", """{"reason":"a dozen words say why","label":"negative"}"""));
    }

    [Fact]
    public void Options_EachRequest_HasItsOwnWords()
    {
        var calls = Calls(Schema);
        _ = calls.Options("call anna", 160);
        var cursor = calls.Options("call bert", 160).Grammar!.Begin(160);
        Assert.True(Tokenizer.Encode("""{"intent":"Call","slots":{"person":"bert"}}""").All(cursor.TryAdvance));
    }

    [Fact]
    public void Options_NoSchema_AllowsAnything()
    {
        var options = Calls(null).Options("call anna", 20);
        Assert.Null(options.Grammar);
        Assert.Equal([Tokenizer.EndOfText!.Value], options.EndTokens);
        Assert.Equal(20, options.MaxTokens);
        Assert.Equal(SamplingOptions.Greedy, options.Sampling);
    }

    private static FunctionCallTask Calls(string? schema, TextTokenizer? tokenizer = null) => new(
        new() { Name = "calls", Kind = "generation", Labels = ["Call", "Text"], Schema = schema is null ? null : JsonNode.Parse(schema)!.AsObject() }, tokenizer ?? Tokenizer);
}
