using System.Diagnostics;
using System.Text.Json;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Requests;

namespace Understudy.Workflows.Tests.Leads;

/// <summary>The durable path while the lead is killed, ill and well again: on the embedded engine and Azurite.</summary>
public sealed class LeadAbsenceTests : IAsyncLifetime
{
    private const int Records = 300;

    private static readonly string[] Texts = ["you win", "your refund"];

    private FakeLead _lead = null!;

    public async ValueTask InitializeAsync() => _lead = await FakeLead.StartAsync();

    public ValueTask DisposeAsync() => _lead.DisposeAsync();

    [Fact]
    public async Task Batch_LeadKilledInTheMiddleAndTheTaskWaits_EveryRecordHasTheLeadsAnswer()
    {
        await using var host = await StartAsync("wait", minutes: 5);
        var batch = await host.Service<BatchStarter>().StartAsync(TestModels.Task, "waits", await host.UploadBatchAsync("waits", Lines()), default);
        await Until(() => _lead.Answered > 20);
        await _lead.KillAsync();
        var answered = _lead.Answered;
        await Task.Delay(1500); // it is away while shards come to it
        await _lead.ReviveAsync();

        var state = await host.Workflows.WaitAsync(batch);

        var summary = state.ReadOutput<BatchSummary>()!;
        Assert.Equal((Records, Records, 0), (summary.Records, summary.Answered, summary.Degraded));
        Assert.Equal(Records / 2, summary.AnsweredBy["lead"]);
        Assert.InRange(answered, 20, (Records / 2) - 1);
        await CheckAsync(host, "waits", degraded: 0);
    }

    [Theory]
    [InlineData(nameof(FakeLeadMood.Garbled))]
    [InlineData(nameof(FakeLeadMood.Slow))]
    public async Task Batch_LeadFallsIllAndTheTaskDegrades_EveryRecordIsAnswered(string mood)
    {
        await using var host = await StartAsync("degrade");
        var name = mood.ToLowerInvariant();
        var batch = await host.Service<BatchStarter>().StartAsync(TestModels.Task, name, await host.UploadBatchAsync(name, Lines()), default);
        await Until(() => _lead.Answered > 20);
        _lead.Mood = Enum.Parse<FakeLeadMood>(mood);

        var summary = (await host.Workflows.WaitAsync(batch)).ReadOutput<BatchSummary>()!;

        Assert.Equal((Records, Records), (summary.Records, summary.Answered));
        Assert.InRange(summary.Degraded, 1, (Records / 2) - 20);
        await CheckAsync(host, name, summary.Degraded);
    }

    [Fact]
    public async Task Batch_LeadRefusesTheRecordsAndTheTaskWaits_NobodyWaits()
    {
        await using var host = await StartAsync("wait");
        _lead.Mood = FakeLeadMood.Refusing;
        var batch = await host.Service<BatchStarter>().StartAsync(TestModels.Task, "refused", await host.UploadBatchAsync("refused", Lines()), default);

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2)); // and the task has an hour's
        var summary = (await host.Workflows.WaitAsync(batch, patience.Token)).ReadOutput<BatchSummary>()!;

        Assert.Equal((Records, Records / 2), (summary.Answered, summary.Degraded));
        await CheckAsync(host, "refused", Records / 2);
    }

    [Fact]
    public async Task Infer_LeadAwayLongerThanTheTaskWaits_TheStudentAnswers()
    {
        await using var host = await StartAsync("wait", minutes: 0.05);
        _lead.Mood = FakeLeadMood.Broken;
        var id = await host.Service<InferStarter>().StartAsync(
            TestModels.Task, [new("0", "your refund"), new("1", "you win")], single: false, key: null, default);

        var watch = Stopwatch.StartNew();
        var state = await host.Workflows.WaitAsync(id);

        Assert.InRange(watch.Elapsed.TotalSeconds, 2.5, 60);
        var answers = await host.Service<ClaimCheck>().RedeemAsync(state.ReadOutput<InferResult>()!.Answers, default);
        Assert.Equal([true, false], answers.Select(answer => answer.Receipt.Degraded));
    }

    [Fact]
    public async Task Infer_LeadComesBackWhileTheHostIsDown_TheAnswerIsTheLeads()
    {
        await using var host = await StartAsync("wait", minutes: 5);
        await _lead.KillAsync();
        var id = await host.Service<InferStarter>().StartAsync(TestModels.Task, [new("0", "your refund")], single: true, key: null, default);
        await Until(async () => (await host.Workflows.GetAsync(id))!.CustomStatus?.TryGetProperty("leadAskedAt", out var at) is true && at.ValueKind == JsonValueKind.String);
        await host.StopAsync();
        await _lead.ReviveAsync();
        await host.StartAsync();

        var state = await host.Workflows.WaitAsync(id);

        var answer = Assert.Single(await host.Service<ClaimCheck>().RedeemAsync(state.ReadOutput<InferResult>()!.Answers, default));
        Assert.Equal(("spam", "lead", false), (answer.Label, answer.Receipt.AnsweredBy, answer.Receipt.Degraded));
    }

    private async Task<TestHost> StartAsync(string whenAway, double minutes = 60)
    {
        var host = new TestHost("--Limits:ShardRecords=30")
        {
            Define = task => task with
            {
                WhenLeadIsAway = whenAway,
                Lead = new()
                {
                    Protocol = LeadDefinition.OpenAi,
                    Endpoint = _lead.Endpoint.ToString(),
                    Model = "big",
                    TimeoutSeconds = 0.5,
                    DeadlineSeconds = 1.5,
                    Retries = 1,
                    Concurrency = 4,
                    WaitMinutes = minutes,
                },
            },
        };
        await host.InitializeAsync();
        return host;
    }

    private static string Lines() => string.Join('\n', Enumerable.Range(0, Records).Select(i => $$"""{"id":"r{{i}}","text":"{{Texts[i % 2]}} {{i}}"}"""));

    /// <summary>Every record once, in order; those the student knows are its own, the others the lead's or degraded.</summary>
    private static async Task CheckAsync(TestHost host, string name, int degraded)
    {
        var lines = (await host.ReadBlobAsync(BlobContainers.Results, $"{TestModels.Task}/{name}.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var results = lines.Select(line => JsonSerializer.Deserialize<BatchResult>(line, DurableJson.Options)!).ToList();
        Assert.Equal(Enumerable.Range(0, Records).Select(i => $"r{i}"), results.Select(result => result.Id));
        Assert.Equal(degraded, results.Count(result => result.Receipt.Degraded));
        Assert.All(results.Where(result => !result.Receipt.Degraded), (result, _) => Assert.Equal("spam", result.Label));
    }

    private static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    private static async Task Until(Func<Task<bool>> condition)
    {
        var patience = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "It did not come to that within a minute.");
            await Task.Delay(20);
        }
    }
}
