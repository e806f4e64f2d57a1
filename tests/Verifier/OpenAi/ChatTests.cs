using System.Text.Json.Nodes;

namespace Understudy.Verifier.Tests.OpenAi;

public sealed class ChatTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private const string Path = "/v1/chat/completions";

    private readonly RunningVerifier _verifier = fixture.Verifier;

    /// <summary>What the transcript of one user message is to the model.</summary>
    private int[] Prompt(string message) => _verifier.Reference.Tokenizer.Encode($"user: {message}\nassistant:", template: true);

    [Fact]
    public async Task Chat_Greedy_IsWhatTheModelWritesByItself()
    {
        using var expected = _verifier.Greedy(Prompt("the cat and the dog"), 40);
        var answer = await _verifier.AskAsync(Path, """{"model":"tiny","messages":[{"role":"user","content":"the cat and the dog"}],"temperature":0,"max_tokens":40}""");

        Assert.Equal("chat.completion", (string?)answer["object"]);
        Assert.Equal("tiny", (string?)answer["model"]);
        Assert.StartsWith("chatcmpl-", (string?)answer["id"], StringComparison.Ordinal);
        var choice = answer["choices"]![0]!;
        Assert.Equal(expected.Text, (string?)choice["message"]!["content"]);
        Assert.Equal("assistant", (string?)choice["message"]!["role"]);
        Assert.Equal("length", (string?)choice["finish_reason"]);
        Assert.Equal(Prompt("the cat and the dog").Length, (int)answer["usage"]!["prompt_tokens"]!);
        Assert.Equal(40, (int)answer["usage"]!["completion_tokens"]!);
        Assert.Equal((int)answer["usage"]!["prompt_tokens"]! + 40, (int)answer["usage"]!["total_tokens"]!);
    }

    [Fact]
    public async Task Chat_Stream_AddsUpToTheWholeAndEndsWithTheUsage()
    {
        const string Request = """{"model":"tiny","messages":[{"role":"user","content":[{"type":"text","text":"the mat"}]}],"temperature":0,"max_completion_tokens":30""";
        var whole = await _verifier.AskAsync(Path, Request + "}");
        var events = await _verifier.StreamAsync(Path, Request + ""","stream":true,"stream_options":{"include_usage":true}}""");

        Assert.All(events, piece => Assert.Equal("chat.completion.chunk", (string?)piece["object"]));
        Assert.Equal("assistant", (string?)events[0]["choices"]![0]!["delta"]!["role"]);
        var text = string.Concat(events[..^1].Select(piece => (string?)piece["choices"]![0]!["delta"]!["content"]));
        Assert.Equal((string?)whole["choices"]![0]!["message"]!["content"], text);
        Assert.Equal("length", (string?)events[^2]["choices"]![0]!["finish_reason"]);
        Assert.Null((string?)events[1]["choices"]![0]!["finish_reason"]);
        Assert.Empty(events[^1]["choices"]!.AsArray());
        Assert.Equal(30, (int)events[^1]["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task Chat_StreamWithoutUsage_HasNone()
    {
        var events = await _verifier.StreamAsync(Path, """{"model":"tiny","messages":[{"role":"user","content":"a"}],"max_tokens":3,"stream":true}""");
        Assert.All(events, piece => Assert.Null(piece["usage"]));
    }

    [Fact]
    public async Task Chat_Seed_RepeatsAndChoicesDiffer()
    {
        const string Request = """{"model":"tiny","messages":[{"role":"user","content":"on the"}],"max_tokens":30,"temperature":1.5,"seed":9007199254740991,"n":3}""";
        var first = (await _verifier.AskAsync(Path, Request))["choices"]!.AsArray();
        var second = (await _verifier.AskAsync(Path, Request))["choices"]!.AsArray();
        var texts = first.Select(choice => (string?)choice!["message"]!["content"]).ToArray();
        Assert.Equal(texts, second.Select(choice => (string?)choice!["message"]!["content"]));
        Assert.Equal([0, 1, 2], first.Select(choice => (int)choice!["index"]!));
        Assert.Equal(3, texts.Distinct().Count());
    }

    [Fact]
    public async Task Chat_LogProbabilities_AreTheModels()
    {
        using var expected = _verifier.Reference.Generate(Prompt("dog"), new() { MaxTokens = 1, LogProbabilities = 3 });
        var token = expected.Advance(out _)[0];
        var answer = await _verifier.AskAsync(Path, """{"model":"tiny","messages":[{"role":"user","content":"dog"}],"temperature":0,"max_tokens":5,"logprobs":true,"top_logprobs":3}""");
        var content = answer["choices"]![0]!["logprobs"]!["content"]!.AsArray();
        Assert.Equal(5, content.Count);
        Assert.Equal(token.LogProbability, (double)content[0]!["logprob"]!, 1e-4);
        Assert.Equal(token.Top.Select(top => top.LogProbability), content[0]!["top_logprobs"]!.AsArray().Select(top => (double)top!["logprob"]!), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(_verifier.Reference.Tokenizer.TokenBytes(token.Id).ToArray().Select(value => (int)value), content[0]!["bytes"]!.AsArray().Select(value => (int)value!));
    }

    [Fact]
    public async Task Chat_Stop_EndsBeforeIt()
    {
        const string Request = """{"model":"tiny","messages":[{"role":"user","content":"sat"}],"temperature":0,"max_tokens":60""";
        var whole = (string)(await _verifier.AskAsync(Path, Request + "}"))["choices"]![0]!["message"]!["content"]!;
        var at = Enumerable.Range(10, whole.Length - 14).First(start => !whole.AsSpan(start, 3).Contains('\uFFFD'));
        var stop = whole.Substring(at, 3);
        var stopped = (await _verifier.AskAsync(Path, Request + $",\"stop\":{JsonValue.Create(stop).ToJsonString()}}}"))["choices"]![0]!;
        Assert.Equal(whole[..whole.IndexOf(stop, StringComparison.Ordinal)], (string?)stopped["message"]!["content"]);
        Assert.Equal("stop", (string?)stopped["finish_reason"]);
    }

    [Fact]
    public async Task Chat_JsonSchema_IsKept()
    {
        var answer = await _verifier.AskAsync(Path, """
            {"model":"tiny","messages":[{"role":"user","content":"x"}],"temperature":1,"max_tokens":60,"response_format":{"type":"json_schema","json_schema":{"name":"s",
            "schema":{"type":"object","properties":{"pet":{"enum":["cat","dog"]}},"required":["pet"],"additionalProperties":false}}}}
            """);
        var pet = JsonNode.Parse((string)answer["choices"]![0]!["message"]!["content"]!)!["pet"]!;
        Assert.Contains((string?)pet, (string[])["cat", "dog"]);
        Assert.Equal("stop", (string?)answer["choices"]![0]!["finish_reason"]);
    }

    [Fact]
    public async Task Chat_JsonSchemaWithDefinitions_IsKept()
    {
        var answer = await _verifier.AskAsync(Path, """
            {"model":"tiny","messages":[{"role":"user","content":"x"}],"temperature":1,"max_tokens":60,"response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,
            "schema":{"$defs":{"Pet":{"enum":["cat","dog"],"type":"string"}},"type":"object","properties":{"pet":{"$ref":"#/$defs/Pet"}},"required":["pet"],"additionalProperties":false}}}}
            """);
        var pet = JsonNode.Parse((string)answer["choices"]![0]!["message"]!["content"]!)!["pet"]!;
        Assert.Contains((string?)pet, (string[])["cat", "dog"]);
    }

    [Theory]
    [InlineData("1e-37")]
    [InlineData("1e-38")]
    [InlineData("1e-60")]
    public async Task Chat_TinyTemperature_WritesWhatGreedyDoes(string temperature)
    {
        Assert.Equal(await AskAsync("0"), await AskAsync(temperature));

        async Task<string?> AskAsync(string value) => (string?)(await _verifier.AskAsync(Path, """
            {"model":"tiny","messages":[{"role":"user","content":"x"}],"temperature":TEMPERATURE,"max_tokens":60,"response_format":{"type":"json_schema","json_schema":{"name":"s",
            "schema":{"type":"object","properties":{"pet":{"enum":["cat","dog"]}},"required":["pet"],"additionalProperties":false}}}}
            """.Replace("TEMPERATURE", value, StringComparison.Ordinal)))["choices"]![0]!["message"]!["content"];
    }

    [Fact]
    public async Task Chat_UnknownFields_AreLetBe() =>
        Assert.NotNull(await _verifier.AskAsync(Path, """{"model":"tiny","messages":[{"role":"user","content":"a","name":"me"}],"max_tokens":1,"user":"u","metadata":{"a":"b"},"parallel_tool_calls":true,"seed":null,"tools":[],"tool_choice":"auto","modalities":["text"]}"""));
}
