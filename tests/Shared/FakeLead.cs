using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Understudy.Tests;

/// <summary>
/// An endpoint with OpenAI's chat API, on a real listener, whose mood a test decides. It answers "spam" to what speaks of a refund, "ham" to
/// everything else.
/// </summary>
internal sealed class FakeLead : IAsyncDisposable
{
    private const int Thoughts = 300;

    private WebApplication? _app;
    private int _asked;
    private int _answered;

    /// <summary>Where it listens; the same after it was killed.</summary>
    public Uri Endpoint { get; private set; } = new("http://127.0.0.1:0");

    public FakeLeadMood Mood { get; set; }

    /// <summary>What it says when it is well: the content, from the last message.</summary>
    public Func<string, string> Answer { get; set; } = static prompt => prompt.Contains("refund", StringComparison.Ordinal) ? "spam" : "ham";

    /// <summary>What it does not take when it is well, by the last message.</summary>
    public Func<string, bool> Refuses { get; set; } = static _ => false;

    /// <summary>What it fails at when it is well, by the last message.</summary>
    public Func<string, bool> Fails { get; set; } = static _ => false;

    /// <summary>How much of the probability its answers' first token has; the rest goes to the alternative.</summary>
    public double Sureness { get; set; } = 0.9;

    /// <summary>What stands beside the answer's first token.</summary>
    public string Alternative { get; set; } = "ham";

    public int Asked => _asked;

    public int Answered => _answered;

    /// <summary>Bodies of the requests.</summary>
    public ConcurrentQueue<JsonElement> Requests { get; } = [];

    public ConcurrentQueue<string> Authorizations { get; } = [];

    /// <summary>Their W3C trace contexts.</summary>
    public ConcurrentQueue<string> Traces { get; } = [];

    public static async Task<FakeLead> StartAsync()
    {
        var lead = new FakeLead();
        await lead.ReviveAsync();
        return lead;
    }

    /// <summary>Breaks off what is under way, and closes the port.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is { } app)
        {
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }
    }

    /// <summary>Listens again, where it did before.</summary>
    public async Task ReviveAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Endpoint.Port}");
        var app = builder.Build();
        app.MapPost("/v1/chat/completions", AnswerAsync);
        await app.StartAsync();
        var url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Endpoint = new(url + "/v1");
        _app = app;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var turn = Interlocked.Increment(ref _asked);
        using var body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted);
        Requests.Enqueue(body.RootElement.Clone());
        Traces.Enqueue(http.Request.Headers["traceparent"].ToString());
        Authorizations.Enqueue(http.Request.Headers.Authorization.ToString());
        switch (Mood)
        {
            case FakeLeadMood.Slow:
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
                return;
            case FakeLeadMood.Busy:
                http.Response.StatusCode = 429;
                http.Response.Headers.RetryAfter = "1";
                await http.Response.WriteAsJsonAsync(new { error = new { message = "Too many requests.", type = "rate_limit_error" } });
                return;
            case FakeLeadMood.Refusing or FakeLeadMood.Locked:
                http.Response.StatusCode = Mood == FakeLeadMood.Locked ? 401 : 400;
                await http.Response.WriteAsJsonAsync(new
                {
                    error = new { message = Mood == FakeLeadMood.Locked ? "Incorrect API key provided: sk-1." : "'max_completion_tokens' is too large. Ask for fewer.", type = "invalid_request_error" },
                });
                return;
            case FakeLeadMood.Thinking when body.RootElement.TryGetProperty("temperature", out _):
                http.Response.StatusCode = 400;
                await http.Response.WriteAsJsonAsync(new { error = new { message = "Unsupported parameter: 'temperature' is not supported with this model.", type = "invalid_request_error" } });
                return;
            case FakeLeadMood.Broken:
                http.Response.StatusCode = 500;
                return;
            case FakeLeadMood.Garbled when turn % 3 == 0:
                http.Response.ContentType = "application/json";
                await http.Response.WriteAsync("<html>oops</html>");
                return;
            case FakeLeadMood.Garbled when turn % 3 == 1:
                await http.Response.WriteAsJsonAsync(new { weather = "fine" });
                return;
        }

        var prompt = body.RootElement.GetProperty("messages").EnumerateArray().Last().GetProperty("content");
        var text = prompt.ValueKind == JsonValueKind.String ? prompt.GetString()! : prompt[0].GetProperty("text").GetString()!;
        if (Fails(text))
        {
            http.Response.StatusCode = 503;
            return;
        }

        if (Refuses(text))
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsJsonAsync(new { error = new { message = "It is against the content policy.", type = "invalid_request_error" } });
            return;
        }

        var content = Mood == FakeLeadMood.Garbled ? "purple" : Answer(text);
        Interlocked.Increment(ref _answered);
        var thought = Mood == FakeLeadMood.Thinking ? Thoughts : 0;
        var most = body.RootElement.TryGetProperty("max_completion_tokens", out var limit) ? limit.GetInt32() : int.MaxValue;
        await http.Response.WriteAsJsonAsync(Completion(most > thought ? content : "", body.RootElement, Math.Min(most, thought + 1), most > thought ? "stop" : "length"));
    }

    private JsonObject Completion(string content, JsonElement request, int tokens, string finish) => new()
    {
        ["id"] = "chatcmpl-1",
        ["object"] = "chat.completion",
        ["created"] = 1_700_000_000,
        ["model"] = "fake",
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content, ["refusal"] = null },
            ["finish_reason"] = finish,
            ["logprobs"] = request.TryGetProperty("logprobs", out var wanted) && wanted.ValueKind == JsonValueKind.True
                ? new JsonObject
                {
                    ["content"] = new JsonArray(Token(content, Sureness, Token(content, Sureness), Token(Alternative, 1 - Sureness))),
                    ["refusal"] = null,
                }
                : null,
        }),
        ["usage"] = new JsonObject { ["prompt_tokens"] = 40, ["completion_tokens"] = tokens, ["total_tokens"] = 40 + tokens },
    };

    private static JsonObject Token(string text, double probability, params JsonNode[] alternatives) => new()
    {
        ["token"] = text,
        ["logprob"] = Math.Log(probability),
        ["bytes"] = null,
        ["top_logprobs"] = new JsonArray(alternatives),
    };
}
