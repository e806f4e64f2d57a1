using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Tests.Lessons;

namespace Understudy.Workflows.Tests.Retraining;

/// <summary>A host that serves <see cref="TaggedCalls"/>.</summary>
public sealed class CallHost : IAsyncLifetime
{
    private const string Path = $"api/tasks/{TaggedCalls.Task}";

    private List<DatasetRecord>? _lessons;

    public TestHost Host { get; } = new("--Retraining:Automatic=false", "--Lessons:BlockSeconds=0.1") { More = models => TaggedCalls.WriteAsync(models) };

    public ReleaseCatalog Catalog => Host.Service<ReleaseCatalog>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => Host.InitializeAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>Has the lead answer requests, most as a batch, and waits for its lessons.</summary>
    public async Task<List<DatasetRecord>> CaptureAsync(int count)
    {
        var texts = TaggedCalls.Requests.Take(count).Select(request => request.Text).ToList();
        (await Host.Http.PostAsJsonAsync($"{Path}/infer", new { inputs = texts.Take(20) }, Cancelled)).EnsureSuccessStatusCode();
        var lines = string.Join('\n', texts.Skip(20).Select((text, i) => JsonSerializer.Serialize(new { id = $"{i}", text })));
        var batch = await Host.Http.PostAsync($"{Path}/batches", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"), Cancelled);
        await Host.Workflows.WaitAsync(batch.Headers.Location!.OriginalString.Split('/')[^1], Cancelled);
        return await Eventually.UntilAsync(() => StoredLessons.ReadAsync(Host), lessons => lessons.Count >= count, "all calls are lessons");
    }

    /// <summary>The lead's, as they are captured, and nothing in the container.</summary>
    public async Task<List<DatasetRecord>> LessonsAsync(int count)
    {
        _lessons ??= await CaptureAsync(400);
        var container = Host.Blobs.GetBlobContainerClient(BlobContainers.TeacherOutputs);
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: Cancelled))
        {
            await container.DeleteBlobAsync(blob.Name, cancellationToken: Cancelled);
        }

        return _lessons[..count];
    }

    public Task DropAsync(IEnumerable<DatasetRecord> lessons) => Host.Blob(BlobContainers.TeacherOutputs, $"{TaggedCalls.Task}/dropped.jsonl")
        .UploadAsync(new BinaryData(TestLessons.Jsonl(lessons)), overwrite: true, Cancelled);

    public async Task<(string Id, RetrainResult Result)> RetrainAsync()
    {
        var id = await Host.Service<RetrainStarter>().StartAsync(TaggedCalls.Task, true, Cancelled);
        return (id, await ResultAsync(id));
    }

    public async Task<RetrainResult> ResultAsync(string id)
    {
        var state = await Host.Workflows.WaitAsync(id, Cancelled);
        Assert.True(state.Status == WorkflowStatus.Completed, state.Failure?.Message);
        return state.ReadOutput<RetrainResult>()!;
    }

    public async Task<JsonElement> AskAsync(string input) =>
        await (await Host.Http.PostAsJsonAsync($"{Path}/infer", new { input }, Cancelled)).Content.ReadFromJsonAsync<JsonElement>(Cancelled);
}
