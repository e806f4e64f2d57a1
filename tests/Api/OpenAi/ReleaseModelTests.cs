using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Api.Tests.OpenAi;

/// <summary>A release as a model: <c>task@version</c>.</summary>
public sealed class ReleaseModelTests(TestHost host)
{
    [Theory]
    [InlineData("mail@2.0.0", TestModels.Second)]
    [InlineData("mail@1.0.0", TestModels.First)]
    [InlineData("mail@stable", TestModels.First)]
    public async Task Chat_ReleaseNamed_ThatReleaseAnswers(string model, string release)
    {
        var response = await host.Http.PostAsJsonAsync("/v1/chat/completions", new { model, messages = new[] { new { role = "user", content = "you win" } } });

        var answer = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(model, answer.GetProperty("model").GetString());
        var receipt = JsonDocument.Parse(Assert.Single(response.Headers.GetValues("X-Understudy-Receipt"))).RootElement;
        Assert.Equal(release, receipt.GetProperty("release").GetString());
        var card = await host.Http.GetFromJsonAsync<JsonElement>($"/v1/models/{Uri.EscapeDataString(model)}");
        Assert.Equal(model, card.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("mail@9.9.9")]
    [InlineData("mail@candidate")]
    [InlineData("mail@../mail/2.0.0")]
    [InlineData("gpt@1.0.0")]
    public async Task Chat_NoSuchRelease_SaysSo(string model)
    {
        var response = await host.Http.PostAsJsonAsync("/v1/chat/completions", new { model, messages = new[] { new { role = "user", content = "you win" } } });

        await ErrorAssert.IsAsync(response, HttpStatusCode.NotFound, "model_not_found", "model");
    }
}
