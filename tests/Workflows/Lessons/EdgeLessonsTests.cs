using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Quarantine;

namespace Understudy.Workflows.Tests.Lessons;

/// <summary>What a site was least sure of is asked of the lead, and its answers teach.</summary>
public sealed class EdgeLessonsTests : IAsyncLifetime
{
    private readonly TestHost _host = new("--Retraining:Automatic=false", "--Limits:ReportBytes=4096");

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task HardExamples_SentUp_BecomeLessonsAndGo()
    {
        var hard = _host.Blob(BlobContainers.EdgeReports, "harbour/mail/hard/2026/01/02/abc.jsonl");
        await hard.UploadAsync(
            new BinaryData("{\"id\":\"1\",\"text\":\"a refund at sea\",\"student\":{\"label\":\"ham\",\"confidence\":0.5}}\nnonsense\n{\"id\":\"2\",\"text\":\"you win\"}\n"), TestContext.Current.CancellationToken);

        var lessons = await LessonsAsync();
        Assert.Equal([("a refund at sea", "spam", "edge harbour"), ("you win", "spam", "edge harbour")], lessons.Select(lesson => (lesson.Text!, lesson.Teacher!.Label!, lesson.Teacher.Source!)));
        await Eventually.TrueAsync(async () => !await hard.ExistsAsync(TestContext.Current.CancellationToken), "what the site sent goes");
        var aside = JsonSerializer.Deserialize<QuarantinedLine>(await _host.ReadBlobAsync(BlobContainers.Quarantine, "edge-reports/harbour/mail/hard/2026/01/02/abc.jsonl"), DurableJson.Options)!;
        Assert.Equal((2, "nonsense"), (aside.Line, aside.Raw));
    }

    [Fact]
    public async Task HardExamples_TooManyBytes_AreSetAsideUnread()
    {
        var hard = _host.Blob(BlobContainers.EdgeReports, "harbour/mail/hard/2026/01/02/large.jsonl");
        await hard.UploadAsync(new BinaryData(string.Concat(Enumerable.Repeat("{\"text\":\"a refund at sea\"}\n", 200))), TestContext.Current.CancellationToken);

        var aside = await Eventually.UntilAsync(
            async () => (await _host.Service<BlobQuarantine>().ListAsync(10, TestContext.Current.CancellationToken)).Blobs, blobs => blobs.Count > 0, "the report is set aside");

        Assert.Equal("harbour/mail/hard/2026/01/02/large.jsonl", Assert.Single(aside).Blob);
        Assert.Contains("4096 (Limits:ReportBytes)", aside[0].Reason);
        await Eventually.TrueAsync(async () => !await hard.ExistsAsync(TestContext.Current.CancellationToken), "what the site sent goes");
        Assert.Empty(await StoredLessons.ReadAsync(_host));
    }

    [Fact]
    public async Task HardExamples_TooLongForTheLead_AreSetAsideAndTeachNothing()
    {
        await using var host = new TestHost("--Retraining:Automatic=false") { WithCalls = true };
        await host.InitializeAsync();
        const string Blob = $"harbour/{TestCalls.Task}/hard/2026/01/02/abc.jsonl";
        var line = $"{{\"text\":\"call {string.Concat(Enumerable.Repeat("anna ", TestCalls.MaxTokens))}\"}}";

        await host.Blob(BlobContainers.EdgeReports, Blob).UploadAsync(new BinaryData(line + "\n"), TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(async () => !await host.Blob(BlobContainers.EdgeReports, Blob).ExistsAsync(TestContext.Current.CancellationToken), "what the site sent goes");
        Assert.Equal(line, JsonSerializer.Deserialize<QuarantinedLine>(await host.ReadBlobAsync(BlobContainers.Quarantine, $"edge-reports/{Blob}"), DurableJson.Options)!.Raw);
        Assert.Empty(await StoredLessons.ReadAsync(host));
    }

    [Fact]
    public async Task OtherReports_AreLeftAlone()
    {
        var status = _host.Blob(BlobContainers.EdgeReports, "harbour/mail/status.json");
        await status.UploadAsync(new BinaryData("{}"), TestContext.Current.CancellationToken);
        await HardExamples_SentUp_BecomeLessonsAndGo();

        Assert.True(await status.ExistsAsync(TestContext.Current.CancellationToken));
        Assert.Single(await _host.Workflows.ListAsync(new("edge-lessons-"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task HardExamples_TaskRedacts_WhatIsSetAsideIsRedactedToo()
    {
        await using var host = new TestHost("--Retraining:Automatic=false") { Define = task => task with { Lessons = new(Redact: true) } };
        await host.InitializeAsync();
        const string Blob = "harbour/mail/hard/2026/01/02/abc.jsonl";

        await host.Blob(BlobContainers.EdgeReports, Blob).UploadAsync(new BinaryData("nonsense of anna@example.org\n"), TestContext.Current.CancellationToken);

        var aside = host.Blob(BlobContainers.Quarantine, $"edge-reports/{Blob}");
        await Eventually.TrueAsync(async () => await aside.ExistsAsync(TestContext.Current.CancellationToken), "the line is set aside");
        Assert.Equal("nonsense of <address>", JsonSerializer.Deserialize<QuarantinedLine>(await host.ReadBlobAsync(BlobContainers.Quarantine, aside.Name), DurableJson.Options)!.Raw);
    }

    private Task<List<DatasetRecord>> LessonsAsync() => StoredLessons.WaitAsync(_host, 1);
}
