using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Lessons;
using Understudy.Workflows.Requests;
using Understudy.Workflows.Tests.Lessons;

namespace Understudy.Workflows.Tests.Leads;

/// <summary>A lead that does not take one input of several, or does not answer it at first, and beside which no student stands.</summary>
public sealed class RefusedInputTests : IAsyncLifetime
{
    private readonly string[] _texts = ["the first", "the second", "the third"];

    private FakeLead _lead = null!;

    public async ValueTask InitializeAsync()
    {
        _lead = await FakeLead.StartAsync();
        _lead.Refuses = static prompt => prompt.Contains("the second", StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _lead.DisposeAsync();

    [Theory]
    [InlineData("wait")]
    [InlineData("degrade")]
    public async Task Batch_NoStudentAnswersIt_IsQuarantinedAndTheOthersAreAskedAboutOnceAndKept(string whenAway)
    {
        await using var host = await StartAsync(whenAway);
        var lines = string.Join('\n', _texts.Select(text => $$"""{"id":"{{text[4..]}}","text":"{{text}}"}""")) + "\nnonsense\n";
        var id = await host.Service<BatchStarter>().StartAsync(TestModels.Task, "one", await host.UploadBatchAsync("one", lines), TestContext.Current.CancellationToken);

        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2)); // and the task has five
        var summary = (await host.Workflows.WaitAsync(id, patience.Token)).ReadOutput<BatchSummary>()!;

        Assert.Equal((4, 2, 2, 0), (summary.Records, summary.Answered, summary.Malformed, summary.Degraded));
        Assert.Equal([2, 4], summary.MalformedLines);
        Assert.Equal([1, 3], (await LinesAsync<BatchResult>(host, BlobContainers.Results)).ConvertAll(result => result.Line));
        var aside = await LinesAsync<QuarantinedLine>(host, BlobContainers.Quarantine);
        Assert.Equal([2, 4], aside.ConvertAll(line => line.Line));
        Assert.Contains("It is against the content policy", aside[0].Reason);
        Assert.Equal("""{"id":"second","text":"the second"}""", aside[0].Raw);
        Assert.Equal((1, 1, 1), (Asked("the first"), Asked("the second"), Asked("the third")));
        Assert.Equal(["the first", "the third"], (await StoredLessons.ReadAsync(host)).Select(lesson => lesson.Text!).Order());
    }

    [Fact]
    public async Task Batch_AllIsRefused_AnswersNothingAndSetsAllAside()
    {
        await using var host = await StartAsync();
        _lead.Refuses = static _ => true;
        var lines = string.Join('\n', _texts.Select(text => $$"""{"text":"{{text}}"}"""));
        var id = await host.Service<BatchStarter>().StartAsync(TestModels.Task, "one", await host.UploadBatchAsync("one", lines), TestContext.Current.CancellationToken);

        var summary = (await host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken)).ReadOutput<BatchSummary>()!;

        Assert.Equal((3, 0, 3), (summary.Records, summary.Answered, summary.Malformed));
        Assert.Empty(await LinesAsync<BatchResult>(host, BlobContainers.Results));
        Assert.Equal([1, 2, 3], (await LinesAsync<QuarantinedLine>(host, BlobContainers.Quarantine)).ConvertAll(line => line.Line));
    }

    [Theory]
    [InlineData(0.001)]
    [InlineData(0)]
    public async Task Batch_LeadFailsForOneAtFirst_TheOthersAreAskedAboutOnce(double waitMinutes)
    {
        await using var host = await StartAsync(waitMinutes > 0 ? "wait" : "degrade", waitMinutes);
        FailTwice();
        var lines = string.Join('\n', _texts.Select(text => $$"""{"text":"{{text}}"}"""));
        var id = await host.Service<BatchStarter>().StartAsync(TestModels.Task, "one", await host.UploadBatchAsync("one", lines), TestContext.Current.CancellationToken);

        var summary = (await host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken)).ReadOutput<BatchSummary>()!;

        Assert.Equal((3, 3, 0, 0), (summary.Records, summary.Answered, summary.Malformed, summary.Degraded));
        Assert.Equal((1, 3, 1), (Asked("the first"), Asked("the second"), Asked("the third")));
        Assert.Equal(_texts, (await StoredLessons.ReadAsync(host)).Select(lesson => lesson.Text!).Order());
    }

    [Fact]
    public async Task Infer_LeadFailsForOneAtFirst_TheOthersAreAskedAboutOnce()
    {
        await using var host = await StartAsync("degrade");
        FailTwice();

        var run = await host.Service<InferStarter>().StartAsync(TestModels.Task, [.. _texts.Select((text, i) => new InferenceInput($"{i}", text))], single: false, key: null, TestContext.Current.CancellationToken);
        var state = await host.Workflows.WaitAsync(run, TestContext.Current.CancellationToken);

        Assert.Equal(WorkflowStatus.Completed, state.Status);
        Assert.Equal((1, 3, 1), (Asked("the first"), Asked("the second"), Asked("the third")));
    }

    [Fact]
    public async Task Infer_AsAnOperation_FailsAtOnceAndSaysWhichItWas()
    {
        await using var host = await StartAsync();

        var run = await host.Service<InferStarter>().StartAsync(TestModels.Task, [.. _texts.Select((text, i) => new InferenceInput($"{i}", text))], single: false, key: null, TestContext.Current.CancellationToken);
        var state = await host.Workflows.WaitAsync(run, TestContext.Current.CancellationToken);

        Assert.Equal(WorkflowStatus.Failed, state.Status);
        Assert.StartsWith("Input '1': big at ", state.Failure!.Message);
        Assert.Equal(1, Asked("the second"));
        Assert.Equal(2, (await StoredLessons.ReadAsync(host)).Count);
    }

    [Fact]
    public async Task Infer_SomebodyWaits_IsToldWhichItWas()
    {
        await using var host = await StartAsync();

        using var response = await host.Http.PostAsJsonAsync($"api/tasks/{TestModels.Task}/infer", new { inputs = _texts }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.StartsWith("Input '1': big at ", problem.GetProperty("detail").GetString());
    }

    private void FailTwice()
    {
        var failures = 0;
        (_lead.Refuses, _lead.Fails) = (static _ => false, prompt => prompt.Contains("the second", StringComparison.Ordinal) && Interlocked.Increment(ref failures) <= 2);
    }

    private int Asked(string text) => _lead.Requests.Count(request => request.GetRawText().Contains(text, StringComparison.Ordinal));

    [Fact]
    public async Task StackStep_TheFirstStepRunsOnceMore_KeepsBothKindsOfLines()
    {
        await using var host = await StartAsync();
        var etag = await host.UploadBatchAsync("twice", "nonsense\n{\"text\":\"the second\"}\n");
        var shard = new ShardInput(
            new(TestModels.Task, "twice", etag, TestModels.Alone, new(100_000, 100, 10, 1)), new(0, 0, 31, 1, 2), "batch-twice", MayWait: true, AtOnce: true, LeavesOpen: true);
        var (context, work, catalog, inference) = (new ActivityContext("batch-twice", TestContext.Current.CancellationToken), host.Service<WorkLines>(), host.Service<ReleaseCatalog>(), host.Service<JointInference>());
        var cascade = new CascadeShardActivity(host.Blobs, work, catalog, inference, host.Service<IAnswerObserver>());
        await cascade.RunAsync(context, shard);
        await new VerifyShardActivity(work, catalog, inference, host.Service<LessonStore>()).RunAsync(context, shard);

        await new StackShardActivity(work, catalog, inference, host.Service<IAnswerObserver>()).RunAsync(context, shard with { AfterVerify = true });
        await cascade.RunAsync(context, shard);

        Assert.Equal([1, 2], (await work.ReadAsync<QuarantinedLine>(shard.Quarantined, TestContext.Current.CancellationToken)).ConvertAll(line => line.Line));
    }

    [Fact]
    public async Task VerifyStep_RunsAgain_ReportsWhatItHeardThisTime()
    {
        await using var host = await StartAsync("degrade");
        FailTwice();
        var claim = await host.Service<ClaimCheck>().CheckInAsync<IReadOnlyList<PipelineItem>>(
            "infer-again/cascade.json", [.. _texts.Select((text, i) => new PipelineItem { Id = $"{i}", Input = text, Deferred = true })], TestContext.Current.CancellationToken);
        var verify = new VerifyActivity(host.Service<ReleaseCatalog>(), host.Service<JointInference>(), host.Service<ClaimCheck>(), host.Service<LessonStore>());
        List<(int Away, int Heard)> reports = [];

        for (var run = 0; run < 3; run++)
        {
            var outcome = await verify.RunAsync(new("infer-again", TestContext.Current.CancellationToken), new(TestModels.Task, TestModels.Alone, claim, LeavesOpen: true));
            reports.Add((outcome.Away, outcome.Heard));
            claim = outcome.Items;
        }

        Assert.Equal([(1, 2), (1, 0), (0, 1)], reports);
    }

    [Fact]
    public async Task VerifySteps_TheLeadRefusesAllOrFails_HeardFromOneThatIsThere()
    {
        await using var host = await StartAsync("degrade");
        var (catalog, inference, lessons) = (host.Service<ReleaseCatalog>(), host.Service<JointInference>(), host.Service<LessonStore>());
        var (work, claims) = (host.Service<WorkLines>(), host.Service<ClaimCheck>());
        PipelineItem[] items = [.. _texts.Select((text, i) => new PipelineItem { Id = $"{i}", Input = text, Deferred = true, Votes = [new("student", 0, 0.6, 0.99, [0.6f, 0.4f], 0)] })];
        var shard = new ShardInput(new(TestModels.Task, "one", "\"1\"", TestModels.First, new(100, 100, 10, 1)), new(0, 0, 0, 1, 3), "batch-heard", AtOnce: true, LeavesOpen: true);
        await work.WriteAsync<ShardItem>(shard.Items, items.Select((item, i) => new ShardItem(i + 1, item)), TestContext.Current.CancellationToken);
        var claim = await claims.CheckInAsync<IReadOnlyList<PipelineItem>>("infer-heard/cascade.json", items, TestContext.Current.CancellationToken);

        _lead.Refuses = static _ => true;
        Assert.Equal((3, 3), await HeardAsync());
        (_lead.Refuses, _lead.Fails) = (static _ => false, static _ => true);
        Assert.Equal((0, 0), await HeardAsync());

        async Task<(int OfShard, int OfRequest)> HeardAsync() =>
        (
            (await new VerifyShardActivity(work, catalog, inference, lessons).RunAsync(new("batch-heard", TestContext.Current.CancellationToken), shard)).Heard,
            (await new VerifyActivity(catalog, inference, claims, lessons).RunAsync(new("infer-heard", TestContext.Current.CancellationToken), new(TestModels.Task, TestModels.First, claim, LeavesOpen: true))).Heard
        );
    }

    [Fact]
    public async Task VerifySteps_BegunByAProgramOfBefore_FailAsTheyDidThere()
    {
        await using var host = await StartAsync();
        PipelineItem item = new() { Id = "1", Input = "the second", Deferred = true };
        var shard = new ShardInput(new(TestModels.Task, "one", "\"1\"", TestModels.Alone, new(100, 100, 10, 1)), new(0, 0, 0, 1, 1), "batch-of-before", AtOnce: true);
        await host.Service<WorkLines>().WriteAsync<ShardItem>(shard.Items, [new(1, item)], TestContext.Current.CancellationToken);
        var claim = await host.Service<ClaimCheck>().CheckInAsync<IReadOnlyList<PipelineItem>>("infer-of-before/cascade.json", [item], TestContext.Current.CancellationToken);
        var (catalog, inference, lessons) = (host.Service<ReleaseCatalog>(), host.Service<JointInference>(), host.Service<LessonStore>());

        await Assert.ThrowsAsync<LeadAwayException>(() => new VerifyShardActivity(host.Service<WorkLines>(), catalog, inference, lessons)
            .RunAsync(new("batch-of-before", TestContext.Current.CancellationToken), shard with { MayWait = true }));
        await Assert.ThrowsAsync<LeadAwayException>(() => new VerifyActivity(catalog, inference, host.Service<ClaimCheck>(), lessons)
            .RunAsync(new("infer-of-before", TestContext.Current.CancellationToken), new(TestModels.Task, TestModels.Alone, claim, MayWait: true)));
    }

    [Fact]
    public async Task VerifySteps_BegunByAProgramOfBefore_ReturnATextOfNoConfidenceBesideOthersAnswers()
    {
        await using var host = await StartAsync("degrade");
        PipelineItem[] items =
        [
            new() { Id = "0", Input = "the first", Deferred = true },
            new() { Id = "1", Input = "the second", Deferred = true, Votes = [new("draft", -1, 0, 1, [], 0) { Completion = "" }] },
        ];
        var shard = new ShardInput(new(TestModels.Task, "one", "\"1\"", TestModels.Alone, new(100, 100, 10, 1)), new(0, 0, 0, 1, 2), "batch-of-before", AtOnce: true);
        await host.Service<WorkLines>().WriteAsync<ShardItem>(shard.Items, [new(1, items[0]), new(2, items[1])], TestContext.Current.CancellationToken);
        var claim = await host.Service<ClaimCheck>().CheckInAsync<IReadOnlyList<PipelineItem>>("infer-of-before/cascade.json", items, TestContext.Current.CancellationToken);
        var (catalog, inference, lessons) = (host.Service<ReleaseCatalog>(), host.Service<JointInference>(), host.Service<LessonStore>());

        await new VerifyShardActivity(host.Service<WorkLines>(), catalog, inference, lessons).RunAsync(new("batch-of-before", TestContext.Current.CancellationToken), shard);
        var outcome = await new VerifyActivity(catalog, inference, host.Service<ClaimCheck>(), lessons)
            .RunAsync(new("infer-of-before", TestContext.Current.CancellationToken), new(TestModels.Task, TestModels.Alone, claim));

        var ofShard = await host.Service<WorkLines>().ReadAsync<ShardItem>(shard.Verified, TestContext.Current.CancellationToken);
        var ofRequest = await host.Service<ClaimCheck>().RedeemAsync(outcome.Items, TestContext.Current.CancellationToken);
        Assert.All((IReadOnlyList<PipelineItem>[])[ofShard.ConvertAll(line => line.Item), ofRequest], verified =>
        {
            Assert.True(JointInference.HeardFromLead(verified[0]));
            Assert.Equal(("verify", "failed"), (verified[1].Stages[^1].Name, verified[1].Stages[^1].Outcome));
            Assert.Null(verified[1].Unanswered);
        });
    }

    private static async Task<List<T>> LinesAsync<T>(TestHost host, string container) =>
        [.. (await host.ReadBlobAsync(container, $"{TestModels.Task}/one.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<T>(line, DurableJson.Options)!)];

    private async Task<TestHost> StartAsync(string whenAway = "wait", double waitMinutes = 5)
    {
        var host = new TestHost("--Retraining:Automatic=false")
        {
            Define = task => task with
            {
                WhenLeadIsAway = whenAway,
                Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = _lead.Endpoint.ToString(), Model = "big", Retries = 0, WaitMinutes = waitMinutes },
            },
            More = PromoteAloneAsync,
        };
        await host.InitializeAsync();
        return host;
    }

    private static async Task PromoteAloneAsync(string models)
    {
        TestModels.WriteAlone(models);
        using var catalog = new ReleaseCatalog(models);
        await catalog.PromoteAsync(TestModels.Task, TestModels.Alone);
    }
}
