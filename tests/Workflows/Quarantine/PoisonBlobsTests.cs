using System.Collections.Concurrent;
using Azure;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Releases.Sharing;
using Understudy.Inference.Signing;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Intake;
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

    public static TheoryData<Exception> NotTheBlobsFault =>
    [
        new EngineAwayException(), new ReleasesAwayException("the line was cut"), new SigningException("The vault does not answer."),
        new RequestFailedException(503, "Server busy"), new RequestFailedException(403, "Forbidden"), new InvalidOperationException("Nobody expected this."),
    ];

    [Theory]
    [MemberData(nameof(NotTheBlobsFault), DisableDiscoveryEnumeration = true)]
    public async Task Handle_WhatStartsRunsIsAway_LeavesTheBlobToTheNextLookAndSaysSo(Exception failure)
    {
        var blob = $"mail/{failure.GetType().Name}-{failure.Message.Length}.jsonl";
        var etag = await UploadAsync(blob);
        var log = new Notes();

        await new PoisonBlobs(host.Blobs, new([new FailingIntake(failure)]), Quarantined, log).HandleAsync(Message(BlobContainers.Batches, blob, etag), CancellationToken.None);

        Assert.True(await host.Blob(BlobContainers.Batches, blob).ExistsAsync(TestContext.Current.CancellationToken));
        Assert.Null(await Quarantined.FindAsync(BlobQuarantine.IdOf(BlobContainers.Batches, blob, etag), CancellationToken.None));
        var (level, line) = Assert.Single(log.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains(failure.Message, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handle_LessonsWhoseTriggerGaveUp_StayLessons()
    {
        var lessons = host.Blob(BlobContainers.TeacherOutputs, "mail/lessons/one.jsonl");
        var etag = (await lessons.UploadAsync(new BinaryData(Record), TestContext.Current.CancellationToken)).Value.ETag.ToString();

        await host.Service<PoisonBlobs>().HandleAsync(Message(BlobContainers.TeacherOutputs, lessons.Name, etag), CancellationToken.None);

        Assert.True(await lessons.ExistsAsync(TestContext.Current.CancellationToken));
        Assert.Null(await Quarantined.FindAsync(BlobQuarantine.IdOf(BlobContainers.TeacherOutputs, lessons.Name, etag), CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{\"ContainerName\":\"batches\"}")]
    [InlineData("{\"ContainerName\":\"batches\",\"BlobName\":7}")]
    public void Read_NoBlob_IsNone(string message) => Assert.Null(PoisonMessage.Read(message));

    private async Task<string> UploadAsync(string blob) =>
        (await host.Blob(BlobContainers.Batches, blob).UploadAsync(new BinaryData(Record), overwrite: true, TestContext.Current.CancellationToken)).Value.ETag.ToString();

    private Task HandleAsync(string blob, string etag) => host.Service<PoisonBlobs>().HandleAsync(Message(BlobContainers.Batches, blob, etag), CancellationToken.None);

    /// <summary>As the host of the functions writes it.</summary>
    private static string Message(string container, string blob, string etag) =>
        $$"""{"Type":"BlobTrigger","FunctionId":"Host.Functions.BatchBlob","BlobType":"BlockBlob","ContainerName":"{{container}}","BlobName":"{{blob}}","ETag":"\"{{etag.Trim('"')}}\""}""";

    private sealed class EngineAwayException() : WorkflowsAwayException("The engine does not answer.");

    /// <summary>Takes batches, and cannot start any.</summary>
    private sealed class FailingIntake(Exception failure) : IBlobIntake
    {
        public string Container => BlobContainers.Batches;

        public bool Takes(string blob) => true;

        public void Check(string blob)
        {
        }

        public Task<string> TakeAsync(string blob, string etag, CancellationToken cancellationToken) => Task.FromException<string>(failure);
    }

    private sealed class Notes : ILogger<PoisonBlobs>
    {
        public ConcurrentQueue<(LogLevel, string)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue((logLevel, formatter(state, exception)));
    }
}
