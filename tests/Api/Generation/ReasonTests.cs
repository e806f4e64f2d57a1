using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Tests;

namespace Understudy.Api.Tests.Generation;

/// <summary>A generation task that names no intents, and whose models write a reason before their answer.</summary>
public sealed class ReasonTests : IAsyncLifetime
{
    private const string Path = $"/api/tasks/{TestCalls.Reasons}/infer";

    private readonly TestHost _host = new() { More = TestCalls.WriteReasonsAsync };

    [Fact]
    public async Task Infer_DirectDurableAndAsAModel_AnswerTheSameAndTheReceiptHasTheReason()
    {
        var direct = await (await _host.Http.PostAsJsonAsync(Path, new { input = "call anna" })).Content.ReadFromJsonAsync<JsonElement>();
        var completion = direct.GetProperty("completion").GetString()!;
        Assert.False(direct.TryGetProperty("label", out _));
        Assert.Contains(", because: ", Reason(direct), StringComparison.Ordinal);
        var because = Reason(direct)[(Reason(direct).IndexOf("because: ", StringComparison.Ordinal) + 9)..];
        Assert.False(completion.StartsWith(because, StringComparison.Ordinal), "The reason is part of the answer.");

        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(new { input = "call anna" }) };
        request.Headers.TryAddWithoutValidation("Prefer", "respond-async");
        var accepted = await _host.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await _host.Workflows.WaitAsync(accepted.Headers.Location!.OriginalString.Split('/')[^1]);
        var operation = (await _host.Http.GetFromJsonAsync<JsonElement>(accepted.Headers.Location)).GetProperty("result");
        var durable = operation.TryGetProperty("answers", out var answers) ? answers[0] : operation;
        Assert.Equal(completion, durable.GetProperty("completion").GetString());
        Assert.EndsWith(because, Reason(durable), StringComparison.Ordinal);

        var chat = await (await _host.Http.PostAsJsonAsync("/v1/chat/completions", new { model = TestCalls.Reasons, messages = new[] { new { role = "user", content = "call anna" } } })).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(completion, chat.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task Tasks_WithoutLabels_AreListed()
    {
        var tasks = await _host.Http.GetFromJsonAsync<JsonElement>("/api/tasks");
        Assert.Contains(TestCalls.Reasons, tasks.GetRawText(), StringComparison.Ordinal);
    }

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static string Reason(JsonElement answer) =>
        answer.GetProperty("receipt").GetProperty("stages").EnumerateArray().Single(stage => stage.GetProperty("name").GetString() == "verify").GetProperty("reason").GetString()!;
}
