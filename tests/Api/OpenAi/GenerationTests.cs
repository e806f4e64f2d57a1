using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Api.Tests.Generation;
using Understudy.Tests;

namespace Understudy.Api.Tests.OpenAi;

/// <summary>A generation task as a model.</summary>
public sealed class GenerationTests(CallHost fixture) : IClassFixture<CallHost>
{
    [Fact]
    public async Task Chat_WholeAndStreamed_AreWhatTheTaskAnswers()
    {
        var direct = await (await fixture.Host.Http.PostAsJsonAsync($"/api/tasks/{TestCalls.Task}/infer", new { input = "call anna" })).Content.ReadFromJsonAsync<JsonElement>();
        var messages = new[] { new { role = "user", content = "call anna" } };

        var response = await fixture.Host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = TestCalls.Task, messages });
        var whole = await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model = TestCalls.Task, messages, stream = true, stream_options = new { include_usage = true } }),
        };
        using var streamed = await fixture.Host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var events = await EventReader.ReadAsync(streamed);

        var text = direct.GetProperty("completion").GetString();
        Assert.Equal(text, whole.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        var pieces = events.SelectMany(piece => piece.GetProperty("choices").EnumerateArray())
            .Select(choice => choice.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString()! : "").ToList();
        Assert.Equal(text, string.Concat(pieces));
        Assert.True(pieces.Count(piece => piece.Length > 0) > 1, "The lead's text came in one piece.");

        var tokens = direct.GetProperty("receipt").GetProperty("tiers").EnumerateArray().Single(tier => tier.GetProperty("answered").GetBoolean()).GetProperty("tokens");
        foreach (var usage in (JsonElement[])[whole.GetProperty("usage"), events[^1].GetProperty("usage")])
        {
            Assert.Equal(tokens.GetProperty("prompt").GetInt32(), usage.GetProperty("prompt_tokens").GetInt32());
            Assert.Equal(tokens.GetProperty("completion").GetInt32(), usage.GetProperty("completion_tokens").GetInt32());
        }

        Assert.Equal("lead", events[^2].GetProperty("receipt").GetProperty("answeredBy").GetString());
    }

    [Fact]
    public async Task Completion_Streamed_IsWhatTheTaskAnswers()
    {
        var whole = await (await fixture.Host.Http.PostAsJsonAsync("/v1/completions", new { model = TestCalls.Task, prompt = "text bert" })).Content.ReadFromJsonAsync<JsonElement>();

        var events = await EventReader.ReadAsync(await fixture.Host.Http.PostAsJsonAsync("/v1/completions", new { model = TestCalls.Task, prompt = "text bert", stream = true }));

        Assert.Equal(
            whole.GetProperty("choices")[0].GetProperty("text").GetString(),
            string.Concat(events.Select(piece => piece.GetProperty("choices")[0].GetProperty("text").GetString())));
    }
}
