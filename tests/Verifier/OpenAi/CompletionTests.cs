namespace Understudy.Verifier.Tests.OpenAi;

public sealed class CompletionTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private const string Path = "/v1/completions";

    private readonly RunningVerifier _verifier = fixture.Verifier;

    [Fact]
    public async Task Complete_TopPOfNothing_TakesTheLikeliestTokens()
    {
        const string Request = """{"model":"tiny","prompt":"the cat","max_tokens":12,""";
        var likeliest = await _verifier.AskAsync(Path, Request + "\"temperature\":0}");
        var sampled = await _verifier.AskAsync(Path, Request + "\"temperature\":1,\"top_p\":0}");
        Assert.Equal((string?)likeliest["choices"]![0]!["text"], (string?)sampled["choices"]![0]!["text"]);
    }

    [Fact]
    public async Task Complete_Greedy_IsWhatTheModelWritesByItself()
    {
        using var expected = _verifier.Greedy(_verifier.Reference.Tokenizer.Encode("the cat"), 25);
        var answer = await _verifier.AskAsync(Path, """{"model":"tiny","prompt":"the cat","temperature":0,"max_tokens":25}""");
        Assert.Equal("text_completion", (string?)answer["object"]);
        Assert.Equal(expected.Text, (string?)answer["choices"]![0]!["text"]);
        Assert.Equal(25, (int)answer["usage"]!["completion_tokens"]!);
    }

    /// <summary>Longer than a turn takes, so that it is read in several, and again from the cache.</summary>
    [Fact]
    public async Task Complete_LongPrompt_IsReadInPartsAndCached()
    {
        var prompt = _verifier.Reference.Tokenizer.Encode(string.Concat(Enumerable.Repeat("the cat sat on the mat and ", 20)));
        Assert.True(prompt.Length > 96);
        using var expected = _verifier.Greedy(prompt, 10);
        var request = $$"""{"model":"tiny","prompt":[{{string.Join(',', prompt)}}],"temperature":0,"max_tokens":10}""";
        var turns = _verifier.Turns.Taken;
        var answer = await _verifier.AskAsync(Path, request);
        Assert.Equal(expected.Text, (string?)answer["choices"]![0]!["text"]);
        Assert.True(_verifier.Turns.Taken - turns > 2);
        answer = await _verifier.AskAsync(Path, request);
        Assert.Equal(expected.Text, (string?)answer["choices"]![0]!["text"]);
        Assert.Equal(prompt.Length - 1, (int)answer["usage"]!["prompt_tokens_details"]!["cached_tokens"]!);
    }

    [Fact]
    public async Task Complete_SeveralPrompts_HaveTheirChoicesInOrder()
    {
        var answer = await _verifier.AskAsync(Path, """{"model":"tiny","prompt":["the cat","the dog"],"temperature":0,"max_tokens":8,"n":2}""");
        var choices = answer["choices"]!.AsArray();
        Assert.Equal([0, 1, 2, 3], choices.Select(choice => (int)choice!["index"]!));
        Assert.Equal((string?)choices[0]!["text"], (string?)choices[1]!["text"]);
        using var second = _verifier.Greedy(_verifier.Reference.Tokenizer.Encode("the dog"), 8);
        Assert.Equal(second.Text, (string?)choices[2]!["text"]);
        Assert.Equal(32, (int)answer["usage"]!["completion_tokens"]!);
    }

    [Fact]
    public async Task Complete_LogProbabilities_AreFourListsOfOneLength()
    {
        var logprobs = (await _verifier.AskAsync(Path, """{"model":"tiny","prompt":"and","temperature":0,"max_tokens":12,"logprobs":2}"""))["choices"]![0]!["logprobs"]!;
        foreach (var list in (string[])["tokens", "token_logprobs", "top_logprobs", "text_offset"])
        {
            Assert.Equal(12, logprobs[list]!.AsArray().Count);
        }

        Assert.Equal(0, (int)logprobs["text_offset"]![0]!);
        Assert.All(logprobs["token_logprobs"]!.AsArray(), value => Assert.InRange((double)value!, -30, 0));
        Assert.Equal((double)logprobs["token_logprobs"]![3]!, logprobs["top_logprobs"]![3]!.AsObject().Max(top => (double)top.Value!), 1e-6);
    }

    [Fact]
    public async Task Complete_NothingSaid_MakesSixteenTokens()
    {
        var events = await _verifier.StreamAsync(Path, """{"model":"tiny","prompt":"","temperature":0,"stream":true,"stream_options":{"include_usage":true}}""");
        Assert.Equal(16, (int)events[^1]["usage"]!["completion_tokens"]!);
        Assert.Equal("length", (string?)events[^2]["choices"]![0]!["finish_reason"]);
    }

    [Fact]
    public async Task Complete_NothingSaidUnderALowLimit_MakesWhatTheLimitAllows()
    {
        await using var verifier = await RunningVerifier.StartAsync("--Limits:OutputTokens=8");
        var answer = await verifier.AskAsync(Path, """{"model":"tiny","prompt":"the cat","temperature":0}""");
        Assert.InRange((int)answer["usage"]!["completion_tokens"]!, 1, 8);
    }

    [Fact]
    public async Task Models_AreListed()
    {
        var list = System.Text.Json.Nodes.JsonNode.Parse(await _verifier.Http.GetStringAsync("/v1/models", TestContext.Current.CancellationToken))!;
        Assert.Equal("tiny", (string?)Assert.Single(list["data"]!.AsArray())!["id"]);
        var card = System.Text.Json.Nodes.JsonNode.Parse(await _verifier.Http.GetStringAsync("/v1/models/tiny", TestContext.Current.CancellationToken))!;
        Assert.Equal("model", (string?)card["object"]);
    }
}
