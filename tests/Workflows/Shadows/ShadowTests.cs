using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Tests;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Tests.Retraining;

namespace Understudy.Workflows.Tests.Shadows;

/// <summary>A candidate beside live traffic, on the embedded engine, Azurite and the trainer of the local host.</summary>
public sealed class ShadowTests : IAsyncLifetime
{
    private TestHost _host = new("--Retraining:Automatic=false", "--Retraining:ShadowInputs=50");

    private ReleaseCatalog Catalog => _host.Service<ReleaseCatalog>();

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Run_LiveTraffic_IsAnsweredUnseenAndCountedOverARestart()
    {
        var id = await BeginAsync(20);

        await AskAsync(Inputs(60));
        await CountedAsync(id, 60);
        Assert.Equal([TestModels.First, TestModels.Second], Catalog.List(TestModels.Task).Select(release => release.Version).Order());
        Assert.Throws<ReleaseNotFoundException>(() => Catalog.Acquire(TestModels.Task, "v1"));
        await _host.StopAsync();
        await _host.StartAsync();
        await AnsweringAsync(id, times: 2);
        await AskAsync(Inputs(20));
        await AskAsync(Inputs(20), key: "durable");
        await CountedAsync(id, 100);

        var result = await ResultAsync(id);
        Assert.True(result.Accepted, string.Join(' ', result.Reasons));
        Assert.Contains(result.Reasons, reason => reason.StartsWith("Of 100 live inputs its students answer 100, 100 of them as was returned; of 50 that the lead ruled on they have 50 right, and those that serve 25;", StringComparison.Ordinal));
        Assert.Equal("v1", Catalog.Channel(TestModels.Task, "stable"));
        var report = await _host.ReadBlobAsync(BlobContainers.Releases, "mail/v1/report.md");
        Assert.Contains("## Shadow: 100 live inputs in 20 seconds", report);
        Assert.Contains("| students agree with the lead, of 50 that it ruled on | 50.0 % | 100.0 % |".Replace(" %", "%"), report.Replace(" %", "%"));
        await WorkIsEmptyAsync();
    }

    [Fact]
    public async Task Run_ABatch_IsLiveTrafficToo()
    {
        var id = await BeginAsync(15);

        var etag = await _host.UploadBatchAsync("shadowed", string.Concat(Inputs(60).Select(text => JsonSerializer.Serialize(new { text }) + "\n")));
        await _host.Workflows.WaitAsync(await _host.Service<BatchStarter>().StartAsync(TestModels.Task, "shadowed", etag, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        await CountedAsync(id, 60);

        var result = await ResultAsync(id);
        Assert.True(result.Accepted, string.Join(' ', result.Reasons));
        Assert.Contains(result.Reasons, reason => reason.StartsWith("Of 60 live inputs its students answer 60, 60 of them as was returned; of 30 that the lead ruled on they have 30 right, and those that serve 15;", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_NoTraffic_LeavesItToTheGate()
    {
        var result = await ResultAsync(await BeginAsync(1));

        Assert.True(result.Accepted);
        Assert.Contains("what the gate measured stands", result.Reasons[^1]);
        Assert.Contains("Fewer than 50", await _host.ReadBlobAsync(BlobContainers.Releases, "mail/v1/report.md"));
    }

    [Fact]
    public async Task Run_LeadHasChangedItsMind_IsRejected()
    {
        await using var lead = await FakeLead.StartAsync();
        lead.Answer = static prompt => prompt.Contains("win", StringComparison.Ordinal) || prompt.Contains("refund", StringComparison.Ordinal) ? "spam" : "ham";
        await _host.DisposeAsync();
        _host = new("--Retraining:Automatic=false", "--Retraining:ShadowInputs=20")
        {
            Define = task => task with
            {
                Lead = new() { Protocol = LeadDefinition.OpenAi, Endpoint = lead.Endpoint.ToString(), Model = "big", TimeoutSeconds = 20, DeadlineSeconds = 60, Retries = 0 },
            },
        };
        await _host.InitializeAsync();
        var id = await BeginAsync(10);

        // What the candidate has learned to be spam is none any more; the student that serves never knew.
        lead.Answer = static prompt => prompt.Contains("win", StringComparison.Ordinal) ? "spam" : "ham";
        await AskAsync(Enumerable.Range(0, 40).Select(i => $"blue refund paper n{i}"));

        var result = await ResultAsync(id);
        Assert.False(result.Accepted);
        Assert.Contains("wrong where those are right 40 times", Assert.Single(result.Reasons));
        Assert.Equal(TestModels.First, Catalog.Channel(TestModels.Task, "stable"));
        Assert.Equal([TestModels.First, TestModels.Second], Catalog.List(TestModels.Task).Select(release => release.Version).Order());
        var report = await _host.ReadBlobAsync(BlobContainers.Releases, result.Report[(BlobContainers.Releases.Length + 1)..]);
        Assert.Contains("rejected", report);
        Assert.Contains("## Shadow: 40 live inputs", report);
    }

    [Fact]
    public async Task Cancel_InTheShadow_LetsGoOfTheCandidateAndKeepsNothing()
    {
        var id = await BeginAsync(3600);
        await AskAsync(Inputs(10));
        await CountedAsync(id, 10);
        Assert.Single(Folders());

        await _host.Http.DeleteAsync($"api/operations/{id}", TestContext.Current.CancellationToken);
        await WorkIsEmptyAsync();
        await AskAsync(Inputs(10));

        await Eventually.UntilAsync(() => Task.FromResult(Folders()), folders => folders.Count == 0, "the candidate's folder goes");
        await WorkIsEmptyAsync();
        Assert.Equal(TestModels.First, Catalog.Channel(TestModels.Task, "stable"));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("3000000")]
    [InlineData("\"long\"")]
    public async Task Start_ShadowSecondsThatAreNone_AreRefused(string seconds)
    {
        using var body = new StringContent($$"""{"from":"serving","shadowSeconds":{{seconds}}}""", System.Text.Encoding.UTF8, "application/json");

        var answer = await _host.Http.PostAsync($"api/tasks/{TestModels.Task}/retrain", body, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal("shadowSeconds", problem.GetProperty("field").GetString());
    }

    /// <summary>Half of them of what the student that serves knows.</summary>
    private static IEnumerable<string> Inputs(int count) => TestLessons.Make(count, first: 70_000).Select(lesson => lesson.Text!);

    /// <summary>Where candidates of this host's task lie: a copy of its definition keeps the time.</summary>
    private List<string> Folders()
    {
        var time = File.GetLastWriteTimeUtc(Path.Combine(Catalog.ModelsFolder, TestModels.Task, "task.json"));
        return [.. Directory.GetDirectories(Path.GetTempPath(), "understudy-candidate-*").Where(folder => File.GetLastWriteTimeUtc(Path.Combine(folder, "task.json")) == time)];
    }

    /// <returns>The operation, in its shadow.</returns>
    private async Task<string> BeginAsync(double shadowSeconds)
    {
        await _host.Blob(BlobContainers.TeacherOutputs, "mail/lessons.jsonl").UploadAsync(new BinaryData(TestLessons.Jsonl(TestLessons.Make(2000))), TestContext.Current.CancellationToken);
        var started = await _host.Http.PostAsJsonAsync($"api/tasks/{TestModels.Task}/retrain", new { shadowSeconds }, TestContext.Current.CancellationToken);
        var id = started.Headers.Location!.ToString().Split('/')[^1];
        await AnsweringAsync(id, times: 1);
        return id;
    }

    /// <summary>Until the candidate was loaded so many times, or the run is over: a host begins its counts when it has loaded it.</summary>
    private Task AnsweringAsync(string id, int times) => Eventually.TrueAsync(
        async () => (await CountsAsync(id)).Count == times || (await _host.Workflows.GetAsync(id, TestContext.Current.CancellationToken))!.IsFinished, "the candidate answers");

    private async Task<List<string>> CountsAsync(string id) => (await WorkAsync()).FindAll(name => name.StartsWith($"{id}/shadow/counts/", StringComparison.Ordinal));

    /// <summary>Everything is answered by the release that serves, with or without a candidate.</summary>
    private async Task AskAsync(IEnumerable<string> inputs, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/tasks/{TestModels.Task}/infer") { Content = JsonContent.Create(new { inputs }) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await _host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answers = (await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("answers").EnumerateArray().ToList();
        Assert.All(answers, answer => Assert.Equal(TestModels.First, answer.GetProperty("receipt").GetProperty("release").GetString()));
    }

    /// <summary>Until so many live inputs are stored of the run.</summary>
    private Task CountedAsync(string id, long inputs) => Eventually.UntilAsync(async () =>
    {
        var sum = 0L;
        foreach (var name in await CountsAsync(id))
        {
            sum += JsonDocument.Parse(await _host.ReadBlobAsync(BlobContainers.Work, name)).RootElement.GetProperty("inputs").GetInt64();
        }

        return sum;
    }, sum => sum == inputs, $"{inputs} inputs are counted");

    private async Task<RetrainResult> ResultAsync(string id)
    {
        var state = await _host.Workflows.WaitAsync(id, TestContext.Current.CancellationToken);
        Assert.True(state.Status == WorkflowStatus.Completed, state.Failure?.Message);
        return state.ReadOutput<RetrainResult>()!;
    }

    private Task WorkIsEmptyAsync() => Eventually.UntilAsync(WorkAsync, names => names.Count == 0, "the run's blobs go");

    private async Task<List<string>> WorkAsync()
    {
        var names = new List<string>();
        await foreach (var blob in _host.Blobs.GetBlobContainerClient(BlobContainers.Work).GetBlobsAsync(Azure.Storage.Blobs.Models.BlobTraits.None, Azure.Storage.Blobs.Models.BlobStates.None, "retrain-", TestContext.Current.CancellationToken))
        {
            names.Add(blob.Name);
        }

        return names;
    }
}
