using System.Text.Json;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Tests.Batches;

/// <summary>On a storage of its own, which goes away.</summary>
public sealed class BatchOutageTests
{
    [Fact]
    public async Task Run_StorageAwayForTenSeconds_LosesNothing()
    {
        await using var host = new TestHost("--Limits:ShardRecords=7", "--Limits:ShardsInFlight=3") { OwnsStorage = true };
        await host.InitializeAsync();
        var etag = await host.UploadBatchAsync("away", string.Concat(Enumerable.Range(1, 500).Select(i => $"{{\"id\":\"r{i}\",\"text\":\"{(i % 2 == 0 ? "you win" : "your refund")} {i}\"}}\n")));
        var id = BatchStarter.OperationId("mail/away.jsonl", etag);
        await host.Service<BatchStarter>().StartAsync(TestModels.Task, "away", etag, CancellationToken.None);
        while ((await host.Workflows.GetAsync(id))!.ReadStatus<BatchProgress>() is not { Done: > 0 })
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        await host.Host.Storage.PauseAsync();
        Assert.Equal(WorkflowStatus.Running, (await host.Workflows.GetAsync(id))!.Status);

        // The length of the outage is what is tested.
        await Task.Delay(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        await host.Host.Storage.ResumeAsync(CancellationToken.None);

        Assert.Equal(500, (await host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken)).ReadOutput<BatchSummary>()!.Answered);
        var results = await host.ReadBlobAsync(BlobContainers.Results, $"{TestModels.Task}/away.jsonl");
        Assert.Equal(
            Enumerable.Range(1, 500).Select(i => $"r{i}"),
            results.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<BatchResult>(line, DurableJson.Options)!.Id));
    }
}
