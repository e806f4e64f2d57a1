using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Understudy.LocalHost.Durable;
using Understudy.LocalHost.Events;
using Understudy.LocalHost.Retention;
using Understudy.Tests;
using Understudy.Workflows;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Requests;
using Understudy.Workflows.Retention;

namespace Understudy.LocalHost.Tests.Retention;

public sealed class FinishedRunsTests : IAsyncLifetime
{
    private readonly QuietHost _host = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Forget_RequestThatEndedLongAgo_GoesWithItsBlobs()
    {
        var id = await InferAsync();
        Assert.NotEmpty(await WorkAsync());

        _time.Advance(TimeSpan.FromDays(29));
        Assert.Equal(0, await ForgetAsync());
        Assert.NotNull(await _host.Workflows.GetAsync(id, Cancelled));
        Assert.NotEmpty(await WorkAsync());

        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal(1, await ForgetAsync());
        Assert.Null(await _host.Workflows.GetAsync(id, Cancelled));
        Assert.Empty(await WorkAsync());
    }

    [Fact]
    public async Task Forget_ZeroDays_KeepsAll()
    {
        await InferAsync();
        _time.Advance(TimeSpan.FromDays(10_000));

        Assert.Equal(0, await ForgetAsync(keepDays: 0));
        Assert.NotEmpty(await WorkAsync());
    }

    [Fact]
    public async Task Forget_BatchWhoseBlobIsStillThere_KeepsItSoThatItIsNotRunAgain()
    {
        var etag = await _host.UploadBatchAsync("kept", "{\"text\":\"you win\"}\n");
        var id = await _host.Service<BatchStarter>().StartAsync(TestModels.Task, "kept", etag, Cancelled);
        await _host.Workflows.WaitAsync(id, Cancelled);
        _time.Advance(TimeSpan.FromDays(31));

        Assert.Equal(0, await ForgetAsync());
        Assert.NotNull(await _host.Workflows.GetAsync(id, Cancelled));

        await _host.UploadBatchAsync("kept", "{\"text\":\"another\"}\n");
        await ForgetAsync();
        Assert.Null(await _host.Workflows.GetAsync(id, Cancelled));
    }

    [Fact]
    public async Task Forget_RunUnderWay_KeepsItAndItsInputs()
    {
        // Its task is nowhere: it is tried for a while.
        var inputs = _host.Blob(BlobContainers.Work, "inputs/waiting.json");
        await inputs.UploadAsync(new BinaryData("[]"), Cancelled);
        var id = await _host.Workflows.StartAsync(WorkflowNames.Infer, new InferRun("nowhere", "1.0.0", new(null, "inputs/waiting.json"), "hash", true), "infer-waiting", Cancelled);
        _time.Advance(TimeSpan.FromDays(31));

        await ForgetAsync();

        Assert.False((await _host.Workflows.GetAsync(id, Cancelled))!.IsFinished);
        Assert.True(await inputs.ExistsAsync(Cancelled));
    }

    [Fact]
    public async Task Forget_DeliveredEvent_Goes()
    {
        await using var subscriber = await Events.Subscriber.StartAsync(refusals: 0);
        var id = await _host.Workflows.StartAsync(DeliverEventWorkflow.Name, new(subscriber.Address, JsonSerializer.SerializeToElement(new { })), "event-old", Cancelled);
        await _host.Workflows.WaitAsync(id, Cancelled);
        _time.Advance(TimeSpan.FromDays(31));

        Assert.Equal(1, await ForgetAsync());
        Assert.Null(await _host.Workflows.GetAsync(id, Cancelled));
    }

    private async Task<int> ForgetAsync(int keepDays = 30)
    {
        using var runs = new FinishedRuns(
            _host.Service<DurableEngine>(), _host.Service<RunRetention>(), _time, Options.Create(new KeepOptions { KeepDays = keepDays }), NullLogger<FinishedRuns>.Instance);
        return await runs.ForgetAsync(Cancelled);
    }

    /// <summary>One that is too large to travel in its run's history.</summary>
    private async Task<string> InferAsync()
    {
        var id = await _host.Service<InferStarter>().StartAsync(
            TestModels.Task, [.. Enumerable.Range(0, 1000).Select(i => new Inference.Pipelines.InferenceInput($"{i}", $"you win the refund of number {i}"))], single: false, "key", Cancelled);
        Assert.Equal(WorkflowStatus.Completed, (await _host.Workflows.WaitAsync(id, Cancelled)).Status);
        return id;
    }

    private async Task<List<string>> WorkAsync()
    {
        var names = new List<string>();
        await foreach (var blob in _host.Blobs.GetBlobContainerClient(BlobContainers.Work).GetBlobsAsync(cancellationToken: Cancelled))
        {
            if (blob.Name.StartsWith("inf", StringComparison.Ordinal) || blob.Name.StartsWith("inputs/", StringComparison.Ordinal))
            {
                names.Add(blob.Name);
            }
        }

        return names;
    }
}
