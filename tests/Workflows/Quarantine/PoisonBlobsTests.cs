using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Quarantine;

namespace Understudy.Workflows.Tests.Quarantine;

/// <summary>On Azurite, with a trigger that never looks.</summary>
public sealed class PoisonBlobsTests(QuietHost host) : IClassFixture<QuietHost>
{
    private const string Record = "{\"text\":\"you win\"}\n";

    private BlobQuarantine Quarantined => host.Service<BlobQuarantine>();

    [Fact]
    public async Task Handle_UnknownTask_MovesTheBlobAndSaysWhy()
    {
        var etag = await UploadAsync("nobody/a.jsonl");

        await HandleAsync("nobody/a.jsonl", etag);

        var there = (await Quarantined.FindAsync(BlobQuarantine.IdOf(BlobContainers.Batches, "nobody/a.jsonl", etag), CancellationToken.None))!;
        Assert.Equal((BlobContainers.Batches, "nobody/a.jsonl", Record.Length), (there.Container, there.Blob, (int)there.Bytes));
        Assert.Contains("nobody", there.Reason, StringComparison.Ordinal);
        Assert.Null(there.Redriven);
        Assert.Equal(Record, await host.ReadBlobAsync(BlobContainers.Quarantine, $"_blobs/{there.Id}"));
        Assert.False(await host.Blob(BlobContainers.Batches, "nobody/a.jsonl").ExistsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Handle_SaidTwice_IsSetAsideOnce()
    {
        var etag = await UploadAsync("nobody/b.jsonl");

        await HandleAsync("nobody/b.jsonl", etag);
        await HandleAsync("nobody/b.jsonl", etag);

        var content = await Quarantined.ListAsync(100, CancellationToken.None);
        Assert.Single(content.Blobs, blob => blob.Blob == "nobody/b.jsonl");
        Assert.False(content.More);
    }

    [Fact]
    public async Task Handle_WhatFailedBeforeWorksNow_StartsTheRun()
    {
        var etag = await UploadAsync("mail/c.jsonl");

        await HandleAsync("mail/c.jsonl", etag);

        var state = await host.Workflows.WaitAsync(BatchStarter.OperationId("mail/c.jsonl", etag), TestContext.Current.CancellationToken);
        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.DoesNotContain((await Quarantined.ListAsync(100, CancellationToken.None)).Blobs, blob => blob.Blob == "mail/c.jsonl");
    }

    [Fact]
    public async Task Handle_OverwrittenSince_LeavesTheNewVersion()
    {
        var first = await UploadAsync("nobody/d.jsonl");
        await UploadAsync("nobody/d.jsonl");

        await HandleAsync("nobody/d.jsonl", first);

        Assert.True(await host.Blob(BlobContainers.Batches, "nobody/d.jsonl").ExistsAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"ContainerName\":\"batches\"}")]
    [InlineData("{\"ContainerName\":\"batches\",\"BlobName\":7}")]
    public void Read_NoBlob_IsNone(string message) => Assert.Null(PoisonMessage.Read(message));

    private async Task<string> UploadAsync(string blob) =>
        (await host.Blob(BlobContainers.Batches, blob).UploadAsync(new BinaryData(Record), overwrite: true, TestContext.Current.CancellationToken)).Value.ETag.ToString();

    /// <summary>As the host of the functions writes it.</summary>
    private Task HandleAsync(string blob, string etag) => host.Service<PoisonBlobs>().HandleAsync(
        $$"""{"Type":"BlobTrigger","FunctionId":"Host.Functions.BatchBlob","BlobType":"BlockBlob","ContainerName":"batches","BlobName":"{{blob}}","ETag":"\"{{etag.Trim('"')}}\""}""",
        CancellationToken.None);
}
