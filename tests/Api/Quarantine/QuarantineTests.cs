using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Quarantine;

namespace Understudy.Api.Tests.Quarantine;

public sealed class QuarantineTests(QuietHost host) : IClassFixture<QuietHost>
{
    [Fact]
    public async Task List_BlobsAndLines_AreThereWithTheirReasons()
    {
        var blob = await SetAsideAsync("mail/a.jsonl");
        await host.Blob(BlobContainers.Quarantine, "mail/b.jsonl").UploadAsync(new BinaryData("{\"line\":1}\n"));

        var list = await host.Http.GetFromJsonAsync<JsonElement>("/api/quarantine");

        var listed = Assert.Single(list.GetProperty("blobs").EnumerateArray(), found => Text(found, "id") == blob.Id);
        Assert.Equal((blob.Id, "mail/a.jsonl", "No such task."), (Text(listed, "id"), Text(listed, "blob"), Text(listed, "reason")));
        Assert.Equal("quarantine/mail/b.jsonl", Text(Assert.Single(list.GetProperty("lines").EnumerateArray()), "blob"));
        Assert.False(list.GetProperty("more").GetBoolean());
    }

    [Fact]
    public async Task List_MoreThanTheLimit_SaysSo()
    {
        await SetAsideAsync("mail/earlier.jsonl");
        await SetAsideAsync("mail/later.jsonl");

        var list = await host.Http.GetFromJsonAsync<JsonElement>("/api/quarantine?limit=1");

        Assert.Equal("mail/later.jsonl", Text(Assert.Single(list.GetProperty("blobs").EnumerateArray()), "blob"));
        Assert.True(list.GetProperty("more").GetBoolean());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task List_NoNumber_SaysSo(string limit) => await ProblemAssert.IsAsync(
        await host.Http.GetAsync($"/api/quarantine?limit={limit}"), HttpStatusCode.BadRequest, "invalid-limit", "limit", 1000);

    [Fact]
    public async Task Redrive_Twice_IsOneOperation()
    {
        var blob = await SetAsideAsync("mail/twice.jsonl");

        var first = await host.Http.PostAsync($"/api/quarantine/{blob.Id}/redrive", null);
        var second = await host.Http.PostAsync($"/api/quarantine/{blob.Id}/redrive", null);

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (first.StatusCode, second.StatusCode));
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        await host.Workflows.WaitAsync(first.Headers.Location!.OriginalString.Split('/')[^1], TestContext.Current.CancellationToken);
        var operation = await host.Http.GetFromJsonAsync<JsonElement>(first.Headers.Location);
        Assert.Equal(("succeeded", 1), (Text(operation, "status"), operation.GetProperty("result").GetProperty("answered").GetInt32()));
    }

    [Fact]
    public async Task Redrive_TaskIsStillMissing_SaysSo()
    {
        var blob = await SetAsideAsync("nobody/a.jsonl");

        await ProblemAssert.IsAsync(await host.Http.PostAsync($"/api/quarantine/{blob.Id}/redrive", null), HttpStatusCode.NotFound, "unknown-task", "task");
    }

    [Fact]
    public async Task Redrive_AnotherBlobHasItsName_IsAConflict()
    {
        var blob = await SetAsideAsync("mail/taken.jsonl");
        await host.UploadBatchAsync("taken", "{\"text\":\"other\"}\n");

        await ProblemAssert.IsAsync(await host.Http.PostAsync($"/api/quarantine/{blob.Id}/redrive", null), HttpStatusCode.Conflict, "blob-name-taken", "id");
    }

    [Theory]
    [InlineData("poison-000000000000000000000000")]
    [InlineData("..%2F..%2Fmail")]
    [InlineData("Poison-1")]
    public async Task Redrive_Unknown_SaysSo(string id) => await ProblemAssert.IsAsync(
        await host.Http.PostAsync($"/api/quarantine/{id}/redrive", null), HttpStatusCode.NotFound, "not-in-quarantine", "id");

    private async Task<QuarantinedBlob> SetAsideAsync(string blob)
    {
        var uploaded = await host.Blob(BlobContainers.Batches, blob).UploadAsync(new BinaryData("{\"text\":\"you win\"}\n"));
        return (await host.Service<BlobQuarantine>().AddAsync(BlobContainers.Batches, blob, uploaded.Value.ETag.ToString(), "No such task.", CancellationToken.None))!;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
