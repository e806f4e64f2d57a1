using System.Text.Json;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Tests.Batches;

/// <summary>On the embedded engine and Azurite; shards are small so that there are many.</summary>
public sealed class BatchWorkflowTests : IAsyncLifetime
{
    private static readonly string[] Texts = ["you win", "the agenda", "your refund", "an invoice"];

    private readonly TestHost _host = new("--Limits:ShardRecords=7", "--Limits:ShardsInFlight=3", "--Limits:InputTokens=25", "--Limits:BatchRecords=500");

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Run_ManyShards_AnswersEveryRecordInOrder()
    {
        var (state, name) = await RunAsync(Records(200));

        var summary = state.ReadOutput<BatchSummary>()!;
        Assert.Equal((200, 200, 0, 29), (summary.Records, summary.Answered, summary.Malformed, summary.Shards));
        Assert.Equal(new Dictionary<string, int> { ["lead"] = 100, ["student"] = 100 }, summary.AnsweredBy);
        Assert.Equal(100, summary.Deferred);
        Assert.Null(summary.Quarantine);
        var results = await LinesAsync<BatchResult>(BlobContainers.Results, name);
        Assert.Equal(Enumerable.Range(1, 200).Select(i => ($"r{i}", (long)i, i % 2 == 0 ? "ham" : "spam")), results.Select(r => (r.Id, r.Line, r.Label!)));
        Assert.All(results, (r, i) => Assert.Equal(i % 4 < 2 ? "student" : "lead", r.Receipt.AnsweredBy));
    }

    [Theory]
    [InlineData("you win", "student", 0)]
    [InlineData("your refund", "lead", 20)]
    public async Task Run_AllOfOneTier_AnswersEveryRecordInOrder(string text, string tier, int deferred)
    {
        var (state, name) = await RunAsync(string.Concat(Enumerable.Range(1, 20).Select(i => $"{{\"text\":\"{text} {i}\"}}\n")));

        var summary = state.ReadOutput<BatchSummary>()!;
        Assert.Equal((20, deferred), (summary.Answered, summary.Deferred));
        Assert.Equal(new Dictionary<string, int> { [tier] = 20 }, summary.AnsweredBy);
        Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), (await LinesAsync<BatchResult>(BlobContainers.Results, name)).Select(r => r.Line));
    }

    [Fact]
    public async Task Run_MalformedLines_AreSetAsideByNumberAndTheRestIsAnswered()
    {
        string[] lines =
        [
            "{\"id\":\"a\",\"text\":\"you win\"}",
            "{\"text\":",
            "",
            "{\"text\":5}",
            "{\"text\":\" \"}",
            "{\"text\":\"" + new string('x', 101) + "\"}",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}",
            "{\"id\":\"b\",\"text\":\"the agenda\"}",
        ];

        var (state, name) = await RunAsync(string.Join('\n', lines));

        var summary = state.ReadOutput<BatchSummary>()!;
        Assert.Equal((7, 2, 5), (summary.Records, summary.Answered, summary.Malformed));
        Assert.Equal([2, 4, 5, 6, 7], summary.MalformedLines);
        Assert.Equal([("a", 1L), ("b", 8L)], (await LinesAsync<BatchResult>(BlobContainers.Results, name)).Select(r => (r.Id, r.Line)));
        var quarantined = await LinesAsync<QuarantinedLine>(BlobContainers.Quarantine, name);
        Assert.Equal([(2L, lines[1]), (4L, lines[3]), (5L, lines[4]), (6L, lines[5]), (7L, lines[6])], quarantined.Select(q => (q.Line, q.Raw)));
        Assert.All(quarantined, q => Assert.NotEmpty(q.Reason));
        Assert.Contains("InputTokens", quarantined[3].Reason);
    }

    [Fact]
    public async Task Run_NothingUsable_EndsWithAnEmptyResult()
    {
        var (state, name) = await RunAsync("nonsense\nmore of it\n");

        Assert.Equal((2, 0, 2), (state.ReadOutput<BatchSummary>()!.Records, state.ReadOutput<BatchSummary>()!.Answered, state.ReadOutput<BatchSummary>()!.Malformed));
        Assert.Empty(await LinesAsync<BatchResult>(BlobContainers.Results, name));
    }

    [Fact]
    public async Task Run_TooManyRecords_FailsAndNamesTheLimit()
    {
        var (state, _) = await RunAsync(Records(501));

        Assert.Equal(WorkflowStatus.Failed, state.Status);
        Assert.Contains("501 records; the limit is 500", state.Failure!.Message);
    }

    [Fact]
    public async Task Run_Finished_LeavesNothingInWorkAndSaysSo()
    {
        var (state, _) = await RunAsync(Records(50));

        var left = await _host.Blobs.GetBlobContainerClient(BlobContainers.Work).GetBlobsAsync().ToListAsync();
        // The trigger's own note of how far it has looked stays.
        Assert.DoesNotContain(left, blob => !blob.Name.StartsWith("watermarks/", StringComparison.Ordinal));
        var progress = state.ReadStatus<BatchProgress>()!;
        Assert.Equal(("done", 50, 50), (progress.Stage, progress.Done, progress.Total));
        Assert.Equal(1, progress.Shares.Values.Sum(), 3);
    }

    [Fact]
    public async Task Start_ThenPromote_AnswersWithTheReleaseOfTheStart()
    {
        // The trigger, should it see the blob first, starts the same run.
        var etag = await _host.UploadBatchAsync("frozen", Records(300));
        var id = await _host.Service<BatchStarter>().StartAsync(TestModels.Task, "frozen", etag, TestContext.Current.CancellationToken);
        await _host.Service<ReleaseCatalog>().PromoteAsync(TestModels.Task, TestModels.Second);

        var state = await FinishAsync(id);

        Assert.Equal(TestModels.First, state.ReadOutput<BatchSummary>()!.Release);
        Assert.All(await LinesAsync<BatchResult>(BlobContainers.Results, "frozen"), r => Assert.Equal(TestModels.First, r.Receipt.Release));
    }

    [Fact]
    public async Task Start_BlobOverwrittenSince_FailsAndSaysSo()
    {
        await _host.UploadBatchAsync("changed", Records(10));
        var input = new BatchInput(TestModels.Task, "changed", "\"0x1234\"", TestModels.First, new(100, 100, 7, 2));

        var state = await FinishAsync(await _host.Workflows.StartAsync(WorkflowNames.Batch, input, "batch-changed"));

        Assert.Equal(WorkflowStatus.Failed, state.Status);
        Assert.Contains("deleted or overwritten", state.Failure!.Message);
    }

    private static string Records(int count) =>
        string.Concat(Enumerable.Range(1, count).Select(i => $"{{\"id\":\"r{i}\",\"text\":\"{Texts[(i - 1) % 4]} {i}\"}}\n"));

    private async Task<(WorkflowState State, string Name)> RunAsync(string jsonl)
    {
        var name = Guid.NewGuid().ToString("N");
        var etag = await _host.UploadBatchAsync(name, jsonl);
        return (await FinishAsync(await _host.Service<BatchStarter>().StartAsync(TestModels.Task, name, etag, CancellationToken.None)), name);
    }

    private Task<WorkflowState> FinishAsync(string id) => _host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken);

    private async Task<List<T>> LinesAsync<T>(string container, string name) =>
        [.. (await _host.ReadBlobAsync(container, $"{TestModels.Task}/{name}.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<T>(line, DurableJson.Options)!)];
}
