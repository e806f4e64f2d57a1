using Understudy.Api.Tests.Generation;
using Understudy.Tests;

namespace Understudy.Api.Tests.OpenAi;

/// <summary>OpenAI's own npm client, unchanged, against the tasks.</summary>
public sealed class OpenAiClientTests(CallHost fixture) : IClassFixture<CallHost>
{
    [Fact]
    public async Task Client_ModelsChatStreamingAndCompletions_Work()
    {
        var result = await NodeScript.RunAsync("OpenAi/client.mjs", fixture.Host.Http.BaseAddress!.ToString().TrimEnd('/'));

        Assert.Equal(["calls", "mail"], result["models"]!.AsArray().Select(name => (string?)name));
        Assert.Equal(("spam", "student"), ((string?)result["label"], (string?)result["answeredBy"]));
        Assert.NotEmpty((string)result["chat"]!);
        Assert.Equal((string?)result["chat"], (string?)result["streamed"]);
        Assert.Equal((string?)result["chat"], (string?)result["helped"]);
        Assert.Equal((string?)result["chat"], (string?)result["completion"]);
        Assert.True((int)result["pieces"]! > 3);
        Assert.True((int)result["usage"]!["completion_tokens"]! > 0);
        Assert.Equal("""{"known":true,"status":404,"code":"model_not_found","param":"model"}""", result["error"]!.ToJsonString());
    }
}
