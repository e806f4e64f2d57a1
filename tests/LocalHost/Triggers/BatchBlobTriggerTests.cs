using Understudy.Tests;
using Understudy.Workflows;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Quarantine;

namespace Understudy.LocalHost.Tests.Triggers;

public sealed class BatchBlobTriggerTests : IAsyncLifetime
{
    private const string OneRecord = "{\"text\":\"you win\"}\n";

    private readonly TestHost _host = new("--Intake:FirstPauseMilliseconds=1") { OwnsStorage = true };

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Blob_AcrossARestart_IsOneRun()
    {
        var etag = await _host.UploadBatchAsync("once", OneRecord);
        await FinishedAsync("once", etag);

        await _host.StopAsync();
        await _host.StartAsync();

        // What comes later is noticed later: once it is done, the first blob has been looked at again.
        await FinishedAsync("later", await _host.UploadBatchAsync("later", OneRecord));
        var runs = await _host.Workflows.ListAsync(new WorkflowQuery(Name: WorkflowNames.Batch.Value));
        Assert.Equal(2, runs.Count);
    }

    [Fact]
    public async Task Blob_Overwritten_IsAnotherRun()
    {
        var first = await _host.UploadBatchAsync("changing", OneRecord);
        await FinishedAsync("changing", first);
        var second = await _host.UploadBatchAsync("changing", OneRecord + OneRecord);

        var summary = (await FinishedAsync("changing", second)).ReadOutput<BatchSummary>()!;

        Assert.Equal(2, summary.Answered);
    }

    [Fact]
    public async Task Blob_UploadedWhileStorageIsAway_IsAnsweredOnceItIsBack()
    {
        await _host.Host.Storage.PauseAsync();
        var upload = _host.UploadBatchAsync("meanwhile", OneRecord);
        await _host.Host.Storage.ResumeAsync(TestContext.Current.CancellationToken);

        Assert.Equal(WorkflowStatus.Completed, (await FinishedAsync("meanwhile", await upload)).Status);
    }

    [Fact]
    public async Task Blob_OfATaskThatIsNotThere_IsQuarantinedAfterItsAttempts()
    {
        var uploaded = await _host.Blob(BlobContainers.Batches, "nobody/x.jsonl").UploadAsync(new BinaryData(OneRecord), TestContext.Current.CancellationToken);
        var id = BlobQuarantine.IdOf(BlobContainers.Batches, "nobody/x.jsonl", uploaded.Value.ETag.ToString());

        QuarantinedBlob? there;
        while ((there = await _host.Service<BlobQuarantine>().FindAsync(id, TestContext.Current.CancellationToken)) is null)
        {
            await Task.Yield();
        }

        Assert.Contains("nobody", there.Reason, StringComparison.Ordinal);
        Assert.Equal(4, _host.Log.Count(line => line.Contains("batches/nobody/x.jsonl waits", StringComparison.Ordinal)));
    }

    private async Task<WorkflowState> FinishedAsync(string name, string etag)
    {
        var id = BatchStarter.OperationId($"{TestModels.Task}/{name}.jsonl", etag);
        while (await _host.Workflows.GetAsync(id) is null)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return await _host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken);
    }
}
