using Understudy.Tests;

namespace Understudy.Verifier.Tests.OpenAi;

/// <summary>OpenAI's own npm client, unchanged, against the service.</summary>
public sealed class OpenAiClientTests(VerifierFixture fixture) : IClassFixture<VerifierFixture>
{
    private readonly RunningVerifier _verifier = fixture.Verifier;

    [Fact]
    public async Task Client_ChatStreamingCompletionsAndLogProbabilities_Work()
    {
        var result = await NodeScript.RunAsync("OpenAi/client.mjs", _verifier.Url.ToString());
        using var completion = _verifier.Greedy(_verifier.Reference.Tokenizer.Encode("the cat"), 12, logProbabilities: 0);
        Assert.Equal(["tiny"], result["models"]!.AsArray().Select(name => (string?)name));
        Assert.Equal(20, (int)result["chatUsage"]!["completion_tokens"]!);
        Assert.NotEmpty((string)result["chat"]!);
        Assert.Equal((string?)result["chat"], (string?)result["streamed"]);
        Assert.Equal((string?)result["chat"], (string?)result["helped"]);
        Assert.True((int)result["pieces"]! > 3);
        Assert.Equal(20, (int)result["streamedUsage"]!["completion_tokens"]!);
        Assert.Equal("length", (string?)result["streamedFinish"]);
        Assert.Equal(2, (int)result["choices"]!);
        Assert.Equal([2, 2, 2, 2], result["logprobs"]!.AsArray().Select(token => (int)token!["top"]!));
        Assert.Equal(completion.Text, (string?)result["completion"]);
        Assert.Equal(completion.Text, (string?)result["completionStreamed"]);
        Assert.Equal(12, result["completionLogprobs"]!.AsArray().Count);
        Assert.Contains((string?)result["order"]!["pets"]![0]!["kind"], (string[])["cat", "dog"]);
        Assert.Equal("""{"known":true,"status":404,"code":"model_not_found","param":"model"}""", result["error"]!.ToJsonString());
    }
}
