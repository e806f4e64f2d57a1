using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Understudy.Api.Tests.OpenAi;
using Understudy.Inference.FunctionCalls;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Api.Tests.Generation;

/// <summary>A generation task over HTTP: direct, durable, and as a batch.</summary>
public sealed class GenerationTests(CallHost fixture) : IClassFixture<CallHost>
{
    private const string Path = $"/api/tasks/{TestCalls.Task}";

    private static readonly string LongInput = string.Concat(Enumerable.Repeat("call anna ", 60));

    [Fact]
    public async Task Infer_OneInput_AnswersWithAReceipt()
    {
        var answer = await (await fixture.Host.Http.PostAsJsonAsync($"{Path}/infer", new { input = "call anna" })).Content.ReadFromJsonAsync<JsonElement>();

        Check(answer);
        Assert.False(answer.TryGetProperty("label", out _));
        var tier = answer.GetProperty("receipt").GetProperty("tiers")[0];
        Assert.True(tier.GetProperty("tokens").GetProperty("passes").GetInt32() > 0);
        Assert.True(answer.GetProperty("receipt").GetProperty("leadMilliseconds").GetDouble() > 0);
    }

    [Fact]
    public async Task Infer_RespondAsync_GivesWhatTheDirectPathGives()
    {
        string[] inputs = ["call anna", "text bert"];
        var direct = await (await fixture.Host.Http.PostAsJsonAsync($"{Path}/infer", new { inputs })).Content.ReadFromJsonAsync<JsonElement>();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Path}/infer") { Content = JsonContent.Create(new { inputs }) };
        request.Headers.TryAddWithoutValidation("Prefer", "respond-async");
        var accepted = await fixture.Host.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);

        await fixture.Host.Workflows.WaitAsync(accepted.Headers.Location!.OriginalString.Split('/')[^1]);

        var operation = await fixture.Host.Http.GetFromJsonAsync<JsonElement>(accepted.Headers.Location);
        Assert.Equal(Completions(direct.GetProperty("answers")), Completions(operation.GetProperty("result").GetProperty("answers")));
    }

    [Fact]
    public async Task Batch_Requests_AreAnsweredInOrder()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 20).Select(i => $$"""{"id":"r{{i}}","text":"{{(i % 2 == 0 ? "call anna" : "text bert")}}"}"""));
        var accepted = await fixture.Host.Http.PostAsync($"{Path}/batches", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);

        var state = await fixture.Host.Workflows.WaitAsync(accepted.Headers.Location!.OriginalString.Split('/')[^1]);

        var summary = state.ReadOutput<BatchSummary>()!;
        Assert.Equal((20, 20, 0), (summary.Records, summary.Answered, summary.Degraded));
        var results = (await fixture.Host.ReadBlobAsync(BlobContainers.Results, summary.Results[(summary.Results.IndexOf('/') + 1)..]))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<BatchResult>(line, DurableJson.Options)!).ToList();
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"r{i}"), results.Select(result => result.Id));
        Assert.All(results, (result, i) => Assert.Equal(results[i % 2].Completion, result.Completion));
        Assert.True(FunctionCall.TryParse(results[0].Completion!, out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Infer_InputThatTheLeadCannotReadWhole_IsRefused(bool later)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Path}/infer") { Content = JsonContent.Create(new { inputs = new[] { "call anna", LongInput } }) };
        request.Headers.TryAddWithoutValidation("Prefer", later ? "respond-async" : "handling=strict");

        var problem = await ProblemAssert.IsAsync(await fixture.Host.Http.SendAsync(request), HttpStatusCode.RequestEntityTooLarge, "input-too-long", "inputs[1]");

        Assert.Contains($"this model takes {TestCalls.MaxTokens / 2} here", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("chat/completions", "messages[0].content", false)]
    [InlineData("chat/completions", "messages[0].content", true)]
    [InlineData("completions", "prompt", false)]
    public async Task V1_InputThatTheLeadCannotReadWhole_IsRefused(string path, string field, bool stream)
    {
        var response = await fixture.Host.Http.PostAsync($"/v1/{path}", path == "completions"
            ? JsonContent.Create(new { model = TestCalls.Task, prompt = LongInput, stream })
            : JsonContent.Create(new { model = TestCalls.Task, messages = new[] { new { role = "user", content = LongInput } }, stream }));

        await ErrorAssert.IsAsync(response, HttpStatusCode.BadRequest, "context_length_exceeded", field);
    }

    [Fact]
    public async Task Batch_RecordThatTheLeadCannotReadWhole_IsQuarantinedAlone()
    {
        var accepted = await fixture.Host.Http.PostAsync($"{Path}/batches", new StringContent($"{{\"text\":\"{LongInput}\"}}\n{{\"text\":\"call anna\"}}\n", Encoding.UTF8, "application/x-ndjson"));

        var state = await fixture.Host.Workflows.WaitAsync(accepted.Headers.Location!.OriginalString.Split('/')[^1]);

        var summary = state.ReadOutput<BatchSummary>()!;
        Assert.Equal((2, 1, 1), (summary.Records, summary.Answered, summary.Malformed));
        var quarantined = await fixture.Host.ReadBlobAsync(BlobContainers.Quarantine, summary.Quarantine![(summary.Quarantine!.IndexOf('/') + 1)..]);
        Assert.Contains("Shorten the input.", JsonSerializer.Deserialize<QuarantinedLine>(quarantined, DurableJson.Options)!.Reason);
    }

    private static void Check(JsonElement answer)
    {
        Assert.True(FunctionCall.TryParse(answer.GetProperty("completion").GetString()!, out _));
        Assert.Equal("lead", answer.GetProperty("receipt").GetProperty("answeredBy").GetString());
    }

    private static List<string?> Completions(JsonElement answers) => [.. answers.EnumerateArray().Select(answer => answer.GetProperty("completion").GetString())];
}
