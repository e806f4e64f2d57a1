using Azure.Storage.Blobs.Models;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Quarantine;

namespace Understudy.Workflows.Tests.Quarantine;

/// <summary>On Azurite and the embedded engine, with a trigger that never looks.</summary>
public sealed class BlobRedriveTests(QuietHost host) : IClassFixture<QuietHost>
{
    private const string Record = "{\"text\":\"you win\"}\n";

    private BlobRedrive Redrive => host.Service<BlobRedrive>();

    private BlobQuarantine Quarantined => host.Service<BlobQuarantine>();

    [Fact]
    public async Task Redrive_AskedForManyTimesAtOnce_IsOneBlobAndOneRun()
    {
        var blob = await SetAsideAsync("mail/many.jsonl");

        var operations = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Redrive.RedriveAsync(blob.Id, CancellationToken.None)));
        operations = [.. operations, await Redrive.RedriveAsync(blob.Id, CancellationToken.None)];

        var operation = Assert.Single(operations.Distinct());
        var summary = (await host.Workflows.WaitAsync(operation, TestContext.Current.CancellationToken)).ReadOutput<BatchSummary>()!;
        Assert.Equal(1, summary.Answered);
        Assert.Single(await host.Workflows.ListAsync(new(Prefix: operation)));
        Assert.Equal(operation, (await Quarantined.FindAsync(blob.Id, CancellationToken.None))!.Redriven!.Operation);
    }

    [Fact]
    public async Task Redrive_HostDiedOnceTheBlobLay_StartsThatBlob()
    {
        var blob = await SetAsideAsync("mail/died.jsonl");
        var etag = await Quarantined.PutBackAsync(blob, CancellationToken.None);

        Assert.Equal(BatchStarter.OperationId("mail/died.jsonl", etag), await Redrive.RedriveAsync(blob.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Redrive_BlobDeletedAfterItsRun_DoesNotComeBack()
    {
        var blob = await SetAsideAsync("mail/done.jsonl");
        var operation = await Redrive.RedriveAsync(blob.Id, CancellationToken.None);
        await host.Workflows.WaitAsync(operation, TestContext.Current.CancellationToken);
        await host.Blob(BlobContainers.Batches, "mail/done.jsonl").DeleteAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(operation, await Redrive.RedriveAsync(blob.Id, CancellationToken.None));
        Assert.False(await host.Blob(BlobContainers.Batches, "mail/done.jsonl").ExistsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Redrive_AnotherBlobHasItsName_LeavesThatOne()
    {
        var blob = await SetAsideAsync("mail/taken.jsonl");
        await host.UploadBatchAsync("taken", "{\"text\":\"another\"}\n");

        await Assert.ThrowsAsync<BlobNameTakenException>(() => Redrive.RedriveAsync(blob.Id, CancellationToken.None));

        Assert.Contains("another", await host.ReadBlobAsync(BlobContainers.Batches, "mail/taken.jsonl"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redrive_TaskIsStillMissing_PutsNothingBack()
    {
        var blob = await SetAsideAsync("nobody/early.jsonl");

        await Assert.ThrowsAsync<TaskNotFoundException>(() => Redrive.RedriveAsync(blob.Id, CancellationToken.None));

        Assert.False(await host.Blob(BlobContainers.Batches, "nobody/early.jsonl").ExistsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Redrive_OfAContainerThatNothingTakes_SaysWhatToDoInstead()
    {
        var uploaded = await host.Blob(BlobContainers.TeacherOutputs, "mail/aside.jsonl").UploadAsync(new BinaryData(Record), TestContext.Current.CancellationToken);
        var blob = (await Quarantined.AddAsync(
            BlobContainers.TeacherOutputs, "mail/aside.jsonl", uploaded.Value.ETag.ToString(), "It could not be started.", CancellationToken.None))!;

        var refusal = await Assert.ThrowsAsync<NotRedrivableException>(() => Redrive.RedriveAsync(blob.Id, CancellationToken.None));

        Assert.Contains($"Copy 'quarantine/_blobs/{blob.Id}' to 'teacher-outputs/mail/aside.jsonl'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redrive_WhatTheCallerAskedFor_Holds()
    {
        var asked = new Dictionary<string, string> { [InputBlob.StoreName] = "false", ["sha256"] = "abc" };
        var there = host.Blob(BlobContainers.Batches, "mail/unstored.jsonl");
        var uploaded = await there.UploadAsync(
            new BinaryData(Record), new BlobUploadOptions { Metadata = asked, HttpHeaders = new() { ContentType = "text/plain" } }, TestContext.Current.CancellationToken);
        var blob = (await Quarantined.AddAsync(BlobContainers.Batches, "mail/unstored.jsonl", uploaded.Value.ETag.ToString(), "It could not be started.", CancellationToken.None))!;

        await Redrive.RedriveAsync(blob.Id, CancellationToken.None);

        var restored = (await there.GetPropertiesAsync(cancellationToken: TestContext.Current.CancellationToken)).Value;
        Assert.Equal("text/plain", restored.ContentType);
        Assert.False(InputBlob.MayBeStored(restored.Metadata));
        Assert.Equal("abc", restored.Metadata["sha256"]);
        Assert.Equal(asked, (await Quarantined.FindAsync(blob.Id, CancellationToken.None))!.Metadata);
    }

    [Fact]
    public async Task Add_ReasonInAnyScript_IsKept()
    {
        var blob = await SetAsideAsync("mail/größe.jsonl", "Die Aufgabe „mail“ fehlt. 名前を確認してください。");

        var listed = Assert.Single((await Quarantined.ListAsync(100, CancellationToken.None)).Blobs, found => found.Id == blob.Id);
        Assert.Equal(("mail/größe.jsonl", "Die Aufgabe „mail“ fehlt. 名前を確認してください。"), (listed.Blob, listed.Reason));
    }

    private async Task<QuarantinedBlob> SetAsideAsync(string blob, string reason = "It could not be started.")
    {
        var uploaded = await host.Blob(BlobContainers.Batches, blob).UploadAsync(new BinaryData(Record), TestContext.Current.CancellationToken);
        return (await Quarantined.AddAsync(BlobContainers.Batches, blob, uploaded.Value.ETag.ToString(), reason, CancellationToken.None))!;
    }
}
