using Understudy.Inference.Datasets;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Requests;

namespace Understudy.Workflows.Tests.Lessons;

/// <summary>A lead that answers some inputs at once and others later: all of its answers are lessons.</summary>
public sealed class PatientLessonsTests : IAsyncLifetime
{
    private readonly string[] _texts = ["your refund, the first", "your refund, the second", "your refund, the third"];

    private FakeLead _lead = null!;
    private volatile string[] _knows = ["first"];

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        _lead.Answer = prompt => _knows.Any(prompt.Contains) ? "spam" : "nothing of the sort";
    }

    public ValueTask DisposeAsync() => _lead.DisposeAsync();

    [Fact]
    public async Task Request_AnsweredInParts_EachPartIsKept()
    {
        await using var host = await StartAsync();
        var id = await host.Service<InferStarter>().StartAsync(
            TestModels.Task, [.. _texts.Select((text, i) => new InferenceInput($"{i}", text))], single: false, key: null, TestContext.Current.CancellationToken);

        await TeachInPartsAsync(host);

        await host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken);
        await AssertAllAsync(host);
    }

    [Fact]
    public async Task Batch_AnsweredInParts_EachPartIsKept()
    {
        await using var host = await StartAsync();
        var lines = string.Join('\n', _texts.Select(text => $$"""{"text":"{{text}}"}"""));
        var id = await host.Service<BatchStarter>().StartAsync(TestModels.Task, "parts", await host.UploadBatchAsync("parts", lines), TestContext.Current.CancellationToken);

        await TeachInPartsAsync(host);

        await host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken);
        await AssertAllAsync(host);
    }

    [Fact]
    public async Task HardExamples_LeadAwayForSome_StayUntilItAnsweredThemAndAreAskedOnce()
    {
        await using var host = await StartAsync();
        var hard = host.Blob(BlobContainers.EdgeReports, "harbour/mail/hard/2026/01/02/abc.jsonl");
        var sent = string.Join('\n', _texts.Select((text, i) => $$"""{"id":"{{i}}","text":"{{text}}"}"""));
        await hard.UploadAsync(new BinaryData(sent), TestContext.Current.CancellationToken);

        await StoredLessons.WaitAsync(host, 1);
        Assert.True(await hard.ExistsAsync(TestContext.Current.CancellationToken));
        await TeachInPartsAsync(host);

        await Eventually.TrueAsync(async () => !await hard.ExistsAsync(TestContext.Current.CancellationToken), "what the site sent goes");
        await AssertAllAsync(host);
        Assert.Single(_lead.Requests, request => request.GetRawText().Contains("the first", StringComparison.Ordinal));
    }

    /// <summary>The lead comes to know one after the other, each when the one before is a lesson.</summary>
    private async Task TeachInPartsAsync(TestHost host)
    {
        await StoredLessons.WaitAsync(host, 1);
        _knows = ["first", "second"];
        await StoredLessons.WaitAsync(host, 2);
        _knows = ["first", "second", "third"];
    }

    private async Task AssertAllAsync(TestHost host) => Assert.Equal(_texts, (await StoredLessons.WaitAsync(host, 3)).Select(lesson => lesson.Text!).Order());

    private async Task<TestHost> StartAsync()
    {
        var host = new TestHost("--Retraining:Automatic=false")
        {
            Define = task => task with
            {
                WhenLeadIsAway = "wait",
                Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = _lead.Endpoint.ToString(), Model = "big", Retries = 0, WaitMinutes = 5 },
            },
        };
        await host.InitializeAsync();
        return host;
    }
}
