using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Tests.Lessons;

/// <summary>What the lead answers becomes lessons, by whatever way the question came.</summary>
public sealed class LessonCaptureTests : IAsyncLifetime
{
    private readonly TestHost _host = new("--Lessons:BlockSeconds=0.1", "--Retraining:Automatic=false");

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Infer_LeadAnswers_IsALesson()
    {
        await InferAsync("you win", null);
        await InferAsync("your refund", null);

        var lesson = Assert.Single(await LessonsAsync(1));
        Assert.Equal(("your refund", "spam", "lead@1.0.0", "request"), (lesson.Text, lesson.Teacher!.Label, lesson.Teacher.Model, lesson.Teacher.Source));
        Assert.Equal(1, lesson.Teacher.Probabilities!.Values.Sum(), 5);
    }

    [Theory]
    [InlineData("api/tasks/mail/infer", "{\"input\":\"your refund, not to be stored\"}")]
    [InlineData("v1/chat/completions", "{\"model\":\"mail\",\"messages\":[{\"role\":\"user\",\"content\":\"your refund, not to be stored\"}]}")]
    public async Task Post_AskedNotToStore_IsNoLesson(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json"), Headers = { { "X-Understudy-Store", "false" } } };
        (await _host.Http.SendAsync(request, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await InferAsync("an invoice", null);

        Assert.Equal("an invoice", Assert.Single(await LessonsAsync(1)).Text);
    }

    [Fact]
    public async Task Chat_StoreIsFalse_IsNoLesson()
    {
        var chat = new { model = "mail", store = false, messages = new[] { new { role = "user", content = "your refund, again" } } };
        (await _host.Http.PostAsJsonAsync("v1/chat/completions", chat, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        await InferAsync("an invoice", null);

        Assert.Equal("an invoice", Assert.Single(await LessonsAsync(1)).Text);
    }

    [Fact]
    public async Task Infer_HeaderIsNeither_IsRefusedByName()
    {
        using var response = await SendAsync("your refund", "perhaps", null);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("X-Understudy-Store", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Infer_Durable_IsALessonOnce()
    {
        await InferAsync("your refund", null, key: "once");
        await InferAsync("your refund", null, key: "once");

        Assert.Equal("your refund", Assert.Single(await LessonsAsync(1)).Text);
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData("false", 0)]
    public async Task Batch_LeadAnswers_AreLessonsUnlessTheBlobSaysNo(string? store, int expected)
    {
        var blob = _host.Blob(BlobContainers.Batches, "mail/some.jsonl");
        var metadata = store is null ? null : new Dictionary<string, string> { ["store"] = store };
        var uploaded = await blob.UploadAsync(
            new BinaryData("{\"text\":\"a refund\"}\n{\"text\":\"you win\"}\n{\"text\":\"an invoice\"}\n{\"text\":\"refund it\"}\n"), new Azure.Storage.Blobs.Models.BlobUploadOptions { Metadata = metadata }, TestContext.Current.CancellationToken);
        var id = await _host.Service<BatchStarter>().StartAsync("mail", "some", uploaded.Value.ETag.ToString(), TestContext.Current.CancellationToken);
        await _host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken);

        var lessons = await LessonsAsync(expected);
        Assert.Equal(expected, lessons.Count);
        Assert.Equal(expected == 0 ? [] : ["batches/mail/some.jsonl line 1", "batches/mail/some.jsonl line 3", "batches/mail/some.jsonl line 4"], lessons.Select(lesson => lesson.Teacher!.Source));
    }

    [Fact]
    public async Task Task_KeepsNone_HasNoLessons()
    {
        await using var host = new TestHost("--Lessons:BlockSeconds=0.05") { Define = task => task with { Lessons = new(Keep: false) } };
        await host.InitializeAsync();
        using var response = await host.Http.PostAsJsonAsync("api/tasks/mail/infer", new { input = "your refund" }, TestContext.Current.CancellationToken);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal("lead", answer.GetProperty("receipt").GetProperty("answeredBy").GetString());
        await host.StopAsync(); // what waits is written before it ends
        await host.StartAsync();

        Assert.Empty(await StoredLessons.WaitAsync(host, 0));
    }

    [Fact]
    public async Task Task_Redacts_StoresNoAddressesAndLongNumbers()
    {
        await using var host = new TestHost("--Lessons:BlockSeconds=0.05") { Define = task => task with { Lessons = new LessonPolicy(Redact: true) } };
        await host.InitializeAsync();
        await host.Http.PostAsJsonAsync("api/tasks/mail/infer", new { input = "refund to jane.doe@example.org or +44 20 7946 0958, room 12" }, TestContext.Current.CancellationToken);

        Assert.Equal("refund to <address> or <number>, room 12", Assert.Single(await StoredLessons.WaitAsync(host, 1)).Text);
    }

    /// <summary>The tokens and reasons of a lead that writes, by both paths: stored, redacted, and told to nobody.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Task_KeepsTokensAndReasons_StoresThemAndTellsThemToNobody(bool durable)
    {
        await using var lead = await FakeLead.StartAsync();
        lead.Answer = static _ => """{"label":"spam","explanation":"It asks jane.doe@example.org for a refund!"}""";
        await using var host = new TestHost("--Lessons:BlockSeconds=0.05", "--Retraining:Automatic=false")
        {
            Define = task => task with
            {
                Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = lead.Endpoint.ToString(), Model = "big" },
                Lessons = new(Redact: true) { TopLogprobs = 5, Rationale = true },
            },
        };
        await host.InitializeAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/tasks/mail/infer") { Content = JsonContent.Create(new { input = "your refund" }) };
        if (durable)
        {
            request.Headers.Add("Prefer", "respond-async");
        }

        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var told = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var lesson = Assert.Single(await StoredLessons.WaitAsync(host, 1));
        told += durable ? await host.Http.GetStringAsync(response.Headers.Location, TestContext.Current.CancellationToken) : "";

        Assert.Equal(("spam", "It asks <address> for a refund!"), (lesson.Teacher!.Label, lesson.Rationale));
        Assert.Null(lesson.Teacher.TopLogprobs); // the address is in the answer's tokens
        Assert.DoesNotContain("It asks", told);
        lead.Answer = static _ => """{"label":"spam","explanation":"A refund."}""";
        await host.Http.PostAsJsonAsync("api/tasks/mail/infer", new { input = "another refund" }, TestContext.Current.CancellationToken);
        var other = (await StoredLessons.WaitAsync(host, 2)).Single(one => one.Text == "another refund");
        Assert.Equal(("A refund.", 1), (other.Rationale, other.Teacher!.Tokens!.Count));
        Assert.Equal(2, other.Teacher.TopLogprobs![0].Count);
        Assert.Equal(Math.Log(0.9), other.Teacher.Logprobs![0], 1e-4);
    }

    private async Task InferAsync(string text, string? store, string? key = null)
    {
        using var response = await SendAsync(text, store, key);
        response.EnsureSuccessStatusCode();
    }

    private async Task<HttpResponseMessage> SendAsync(string text, string? store, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/tasks/mail/infer") { Content = JsonContent.Create(new { input = text }) };
        if (store is not null)
        {
            request.Headers.Add("X-Understudy-Store", store);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return await _host.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private Task<List<DatasetRecord>> LessonsAsync(int least) => StoredLessons.WaitAsync(_host, least);
}
