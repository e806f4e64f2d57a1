using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Understudy.Tests;
using Understudy.Workflows.Blobs;

namespace Understudy.Api.Tests.Batches;

public sealed class BatchTests(TestHost host)
{
    private const string Path = "/api/tasks/mail/batches";
    private const string TwoRecords = "{\"id\":\"a\",\"text\":\"you win\"}\n{\"text\":\"the agenda\"}\n";

    [Fact]
    public async Task Start_Records_LeavesResultsInOrder()
    {
        var operation = await FinishAsync(await PostAsync(TwoRecords));

        var summary = operation.GetProperty("result");
        Assert.Equal(2, summary.GetProperty("answered").GetInt32());
        var results = await ReadAsync(summary.GetProperty("results").GetString()!);
        Assert.Equal([("a", 1, "spam"), ("line-2", 2, "ham")], results.Select(r =>
            (r.GetProperty("id").GetString(), r.GetProperty("line").GetInt32(), r.GetProperty("label").GetString())));
    }

    [Theory]
    [InlineData("true", HttpStatusCode.BadRequest)]
    [InlineData("please", HttpStatusCode.BadRequest)]
    [InlineData("false", HttpStatusCode.Accepted)]
    public async Task Start_MustBeVerified_IsRefused(string verify, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new StringContent(TwoRecords, Encoding.UTF8, "application/jsonl"),
            Headers = { { "X-Understudy-Verify", verify } },
        };

        var response = await host.Http.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
        if (status == HttpStatusCode.BadRequest)
        {
            await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "invalid-verify", "X-Understudy-Verify");
        }
    }

    [Fact]
    public async Task Start_Blob_IsTheRunThatTheTriggerStarts()
    {
        var name = Guid.NewGuid().ToString("N");
        await host.UploadBatchAsync(name, TwoRecords);

        var byName = await host.Http.PostAsJsonAsync(Path, new { blob = $"{name}.jsonl" });
        var byPath = await host.Http.PostAsJsonAsync(Path, new { blob = $"batches/mail/{name}.jsonl" });

        Assert.Equal(byName.Headers.Location, byPath.Headers.Location);
        Assert.Equal("succeeded", (await FinishAsync(byName)).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Start_BlobToBeKeptOut_TheRunSaysSo()
    {
        await using var quiet = new QuietHost();
        await quiet.InitializeAsync();
        await quiet.UploadBatchAsync("out", TwoRecords);

        var accepted = await PostBlobAsync(quiet, "out.jsonl", "false");

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var run = await quiet.Workflows.WaitAsync(accepted.Headers.Location!.OriginalString.Split('/')[^1]);
        Assert.False(run.Input!.Value.GetProperty("store").GetBoolean());
    }

    [Fact]
    public async Task Start_BlobToBeKeptOutThoughItsBatchHasBegun_IsRefused()
    {
        var name = Guid.NewGuid().ToString("N");
        await host.UploadBatchAsync(name, TwoRecords);
        await PostBlobAsync(host, $"{name}.jsonl", "true");

        await ProblemAssert.IsAsync(await PostBlobAsync(host, $"{name}.jsonl", "false"), HttpStatusCode.Conflict, "batch-begun", "X-Understudy-Store");
    }

    [Fact]
    public async Task Start_SameKeySameRecords_IsOneOperation()
    {
        var key = Guid.NewGuid().ToString();

        Assert.Equal((await PostAsync(TwoRecords, key)).Headers.Location, (await PostAsync(TwoRecords, key)).Headers.Location);
    }

    [Fact]
    public async Task Start_SameKeyOtherRecords_IsRefused()
    {
        var key = Guid.NewGuid().ToString();
        await PostAsync(TwoRecords, key);

        await ProblemAssert.IsAsync(
            await PostAsync("{\"text\":\"x\"}", key), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused", "Idempotency-Key");
    }

    [Theory]
    [InlineData("true", "false")]
    [InlineData("false", "true")]
    public async Task Start_SameKeyAnotherWordOnStoring_IsRefused(string first, string second)
    {
        var key = Guid.NewGuid().ToString();
        Assert.Equal((await PostAsync(TwoRecords, key, first)).Headers.Location, (await PostAsync(TwoRecords, key, first)).Headers.Location);

        await ProblemAssert.IsAsync(await PostAsync(TwoRecords, key, second), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused", "Idempotency-Key");
    }

    [Fact]
    public async Task Start_TaskWithoutAStableRelease_KeepsNoRecords()
    {
        await using var quiet = new QuietHost();
        await quiet.InitializeAsync();
        var folder = Directory.CreateDirectory(System.IO.Path.Combine(quiet.Settings.ModelsFolder, "new")).FullName;
        await File.WriteAllTextAsync(System.IO.Path.Combine(folder, "task.json"), """{ "name": "new", "kind": "classification", "labels": ["ham", "spam"], "instruction": "Tell spam from mail." }""");

        var response = await quiet.Http.PostAsync("/api/tasks/new/batches", new StringContent(TwoRecords, Encoding.UTF8, "application/jsonl"));

        await ProblemAssert.IsAsync(response, HttpStatusCode.NotFound, "unknown-release", "version");
        await foreach (var blob in quiet.Blobs.GetBlobContainerClient(BlobContainers.Batches).GetBlobsAsync())
        {
            Assert.Fail($"{blob.Name} is there.");
        }
    }

    [Fact]
    public async Task Start_OneRecordTooMany_NamesTheLimit() => await ProblemAssert.IsAsync(
        await PostAsync(string.Concat(Enumerable.Repeat("{\"text\":\"a\"}\n", 10_001))),
        HttpStatusCode.RequestEntityTooLarge, "too-many-records", "body", 10_000);

    [Theory]
    [InlineData("")]
    [InlineData("\n  \n")]
    public async Task Start_NoRecords_SaysSo(string body) =>
        await ProblemAssert.IsAsync(await PostAsync(body), HttpStatusCode.BadRequest, "no-records", "body");

    [Theory]
    [InlineData("../other/a.jsonl", "invalid-blob", HttpStatusCode.BadRequest)]
    [InlineData("missing.jsonl", "unknown-blob", HttpStatusCode.NotFound)]
    [InlineData("batches/other/a.jsonl", "invalid-blob", HttpStatusCode.BadRequest)]
    [InlineData("a.csv", "invalid-blob", HttpStatusCode.BadRequest)]
    public async Task Start_BlobThatCannotBe_SaysSo(string blob, string type, HttpStatusCode status) =>
        await ProblemAssert.IsAsync(await host.Http.PostAsJsonAsync(Path, new { blob }), status, type, "blob");

    [Theory]
    [InlineData("{}", "missing")]
    [InlineData("""{"blob":" "}""", "empty")]
    public async Task Start_NoBlobNamed_SaysHowOneIsNamed(string body, string detail)
    {
        var response = await host.Http.PostAsync(Path, new StringContent(body, Encoding.UTF8, "application/json"));

        var problem = await ProblemAssert.IsAsync(response, HttpStatusCode.BadRequest, "invalid-blob", "blob");
        Assert.Contains(detail, problem.GetProperty("detail").GetString());
        Assert.Contains("'batches/{task}/{name}.jsonl'", problem.GetProperty("remedy").GetString());
    }

    [Fact]
    public async Task Start_BlobOfWrongType_SaysSo() => await ProblemAssert.IsAsync(
        await host.Http.PostAsJsonAsync(Path, new { blob = 5 }), HttpStatusCode.BadRequest, "wrong-type", "blob");

    [Fact]
    public async Task Start_UnknownTask_SaysSo() => await ProblemAssert.IsAsync(
        await host.Http.PostAsync("/api/tasks/nothing/batches", new StringContent(TwoRecords, Encoding.UTF8, "application/jsonl")),
        HttpStatusCode.NotFound, "unknown-task", "task");

    [Fact]
    public async Task Start_NotUtf8_SaysSo()
    {
        var content = new ByteArrayContent([0xFF, 0xFE, 0x20]) { Headers = { ContentType = new("application/jsonl") } };

        await ProblemAssert.IsAsync(await host.Http.PostAsync(Path, content), HttpStatusCode.BadRequest, "invalid-utf-8", "body");
    }

    private static async Task<HttpResponseMessage> PostBlobAsync(TestHost host, string blob, string store)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(new { blob }), Headers = { { "X-Understudy-Store", store } } };
        return await host.Http.SendAsync(request);
    }

    private async Task<HttpResponseMessage> PostAsync(string jsonl, string? key = null, string? store = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(jsonl, Encoding.UTF8, "application/jsonl") };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (store is not null)
        {
            request.Headers.Add("X-Understudy-Store", store);
        }

        return await host.Http.SendAsync(request);
    }

    private async Task<JsonElement> FinishAsync(HttpResponseMessage accepted)
    {
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        var location = accepted.Headers.Location!;
        await host.Workflows.WaitAsync(location.OriginalString.Split('/')[^1]);
        return await host.Http.GetFromJsonAsync<JsonElement>(location);
    }

    private async Task<List<JsonElement>> ReadAsync(string blob)
    {
        var text = await host.ReadBlobAsync(blob.Split('/')[0], blob[(blob.IndexOf('/') + 1)..]);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
