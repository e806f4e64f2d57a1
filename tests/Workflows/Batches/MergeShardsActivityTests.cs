using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Tests.Batches;

/// <summary>On Azurite, over batches that nothing else runs.</summary>
public sealed class MergeShardsActivityTests(QuietHost host) : IClassFixture<QuietHost>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_InputOverwrittenMeanwhile_LeavesTheNewerResults()
    {
        var older = await BatchAsync("overwritten", "old");
        var newer = await BatchAsync("overwritten", "new");
        await RunAsync(newer, "run-new");

        var output = await RunAsync(older, "run-old");

        Assert.Contains("deleted or overwritten", output.Problem);
        Assert.Equal("run-new\n", await host.ReadBlobAsync(BlobContainers.Results, newer.Blob));
    }

    [Fact]
    public async Task Run_InputDeletedMeanwhile_LeavesResults()
    {
        var batch = await BatchAsync("deleted", "old");
        await host.Blob(BlobContainers.Batches, batch.Blob).DeleteAsync(cancellationToken: Cancelled);

        var output = await RunAsync(batch, "run");

        Assert.Equal(("results/mail/deleted.jsonl", null), (output.Results, output.Problem));
        Assert.Equal("run\n", await host.ReadBlobAsync(BlobContainers.Results, batch.Blob));
    }

    [Fact]
    public async Task Run_NoMalformedLines_DeletesThoseOfAnEarlierBatchOfTheName()
    {
        var older = await BatchAsync("mended", "old");
        await host.Blob(BlobContainers.Work, "run-old/00000.quarantine.jsonl").UploadAsync(new BinaryData("bad\n"), Cancelled);
        Assert.Equal("quarantine/mail/mended.jsonl", (await RunAsync(older, "run-old", quarantined: [0])).Quarantine);
        Assert.True(await host.Blob(BlobContainers.Quarantine, older.Blob).ExistsAsync(Cancelled));

        await RunAsync(await BatchAsync("mended", "new"), "run-new");

        Assert.False(await host.Blob(BlobContainers.Quarantine, older.Blob).ExistsAsync(Cancelled));
    }

    private async Task<BatchInput> BatchAsync(string name, string content) =>
        new(TestModels.Task, name, await host.UploadBatchAsync(name, content), TestModels.First, new(100, 100, 10, 1));

    /// <summary>Joins one shard, whose results are the run's name.</summary>
    private async Task<MergeOutput> RunAsync(BatchInput batch, string run, params int[] quarantined)
    {
        await host.Blob(BlobContainers.Work, $"{run}/00000.answered.jsonl").UploadAsync(new BinaryData(run + "\n"), overwrite: true, Cancelled);
        return await new MergeShardsActivity(host.Blobs, new(host.Blobs)).RunAsync(new(run, Cancelled), new(batch, run, [], quarantined, [0]));
    }
}
