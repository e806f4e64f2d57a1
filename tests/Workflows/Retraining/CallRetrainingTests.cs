using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Tests.Lessons;

namespace Understudy.Workflows.Tests.Retraining;

/// <summary>A task whose answers are calls, from captured calls of its lead to a better tagger that serves.</summary>
public sealed class CallRetrainingTests : IAsyncLifetime
{
    private const string Path = $"api/tasks/{TaggedCalls.Task}";

    private readonly TestHost _host = new("--Retraining:Automatic=false", "--Lessons:BlockSeconds=0.1") { More = models => TaggedCalls.WriteAsync(models) };

    private ReleaseCatalog Catalog => _host.Service<ReleaseCatalog>();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Run_CallsCapturedFromABatchAndFromRequests_ReleasesATaggerThatKnowsThem()
    {
        await CaptureAsync(600);

        var accepted = await _host.Http.PostAsJsonAsync($"{Path}/retrain", new { shadowSeconds = 5 }, Cancelled);
        var id = accepted.Headers.Location!.ToString().Split('/')[^1];
        for (var i = 1000; await _host.Workflows.GetAsync(id, Cancelled) is { IsFinished: false } state; i++)
        {
            // It learns, which takes as long as the machine is busy, and then answers unseen what comes in.
            await (state.ReadStatus<RetrainProgress>()?.Stage == "shadow" ? AskAsync(TaggedCalls.Requests[i % TaggedCalls.Count].Text) : Task.Delay(100, Cancelled));
        }

        var result = await ResultAsync(id);

        Assert.True(result.Accepted, string.Join(' ', result.Reasons));
        Assert.Equal("v2", Catalog.Channel(TaggedCalls.Task, "stable"));
        Assert.Empty(ReleaseValidator.Validate(Catalog.FolderOf(TaggedCalls.Task, "v2")));
        Assert.InRange(result.After!.Value, result.Before!.Value + 0.2, 1);
        using var lease = Catalog.Acquire(TaggedCalls.Task);
        Assert.True(lease.Release.Manifest.Thresholds.Certified);
        Assert.Contains("'tagger' goes on from v1", lease.Release.Manifest.Recipe);

        // Requests that nobody has made before, of all four verbs.
        var fresh = TaggedCalls.Requests.Skip(1000).Take(60).ToList();
        var answers = (await (await _host.Http.PostAsJsonAsync($"{Path}/infer", new { inputs = fresh.Select(request => request.Text) }, Cancelled)).Content.ReadFromJsonAsync<JsonElement>(Cancelled))
            .GetProperty("answers").EnumerateArray().ToList();
        var right = fresh.Zip(answers).Where(pair => FunctionCall.TryParse(pair.Second.GetProperty("completion").GetString()!, out var call) && call!.Equals(pair.First.Call)).ToList();
        Assert.InRange(right.Count, 54, 60);
        Assert.Contains(right, pair => pair.Second.GetProperty("receipt").GetProperty("answeredBy").GetString() == "tagger" && pair.First.Text.Split(' ').Any(word => word is "ring" or "message" or "at"));
        var report = await _host.ReadBlobAsync(BlobContainers.Releases, $"{TaggedCalls.Task}/v2/report.md");
        Assert.Contains("retraining-coverage.png", report);
        Assert.Contains("| Text |", report);
        Assert.Matches(@"## Shadow: [1-9][0-9]* live inputs", report);
        Assert.Matches(@"\n\| 0 \| 0 \| [0-9]+ \|", report); // none dropped, and its students failed on none
    }

    [Fact]
    public async Task Run_AFifthOfTheCallsExchanged_IsRejectedByAskingTheLead()
    {
        var lessons = await LessonsAsync(300);
        var calls = lessons.ConvertAll(lesson => lesson.Teacher!.Completion);
        await DropAsync(lessons.Select((lesson, i) => i % 5 == 0 ? lesson with { Teacher = lesson.Teacher! with { Completion = calls[(i + 7) % calls.Count] } } : lesson));

        var result = await RetrainAsync();

        Assert.False(result.Accepted);
        Assert.Contains("Asked again, the lead says the same", Assert.Single(result.Reasons));
        var report = await AssertNothingServesAsync(result);
        Assert.Matches("Of calls that no tagger learns from, [1-9][0-9]* have a value that is no words of the request", report);
    }

    [Fact]
    public async Task Run_AThousandCopiesOfOneRequest_CountAsOneLesson()
    {
        var lesson = (await LessonsAsync(1))[0];
        await DropAsync(Enumerable.Repeat(lesson with { Teacher = lesson.Teacher! with { Completion = """{"intent":"Call","slots":{}}""" } }, 1000).Append(lesson));

        var result = await RetrainAsync();

        Assert.False(result.Accepted);
        Assert.Contains("1 lessons are left of 1001", Assert.Single(result.Reasons));
        await AssertNothingServesAsync(result);
    }

    [Fact]
    public async Task Run_PeopleVouchForCallsThatTheNewTaggerGetsWrong_IsRejected()
    {
        // Where the tagger that serves and the lead differ, the regression set sides with the tagger.
        using (var lease = Catalog.Acquire(TaggedCalls.Task))
        {
            var tagger = (ITextWriter)lease.Release.Students[0].Model;
            var lines = new List<string>();
            foreach (var request in TaggedCalls.Requests.Skip(1000).Take(300))
            {
                var said = await tagger.WriteAsync(request.Text, null, null, Cancelled);
                if (FunctionCall.TryParse(said.Text, out var call) && !call!.Equals(request.Call))
                {
                    lines.Add(JsonSerializer.Serialize(new { text = request.Text, completion = said.Text }));
                }
            }

            Assert.InRange(lines.Count, 60, 300);
            await File.WriteAllLinesAsync(System.IO.Path.Combine(Catalog.ModelsFolder, TaggedCalls.Task, "regression.jsonl"), lines, Cancelled);
        }

        await DropAsync(await LessonsAsync(400));

        var result = await RetrainAsync();

        Assert.False(result.Accepted);
        Assert.Contains(result.Reasons, reason => reason.Contains("student's accuracy falls"));
        Assert.Contains("retraining-loss.png", await AssertNothingServesAsync(result));
    }

    [Fact]
    public async Task Run_LinesThatAreNoLessons_AreQuarantinedOrLeftOutWithTheirReasons()
    {
        var lessons = await LessonsAsync(300);
        DatasetRecord Lesson(string text, string completion) => new() { Text = text, Teacher = new() { Completion = completion } };
        DatasetRecord[] others =
        [
            Lesson("call anna", "call anna"),
            Lesson("call anna twice", """{"intent":"Sing","slots":{}}"""),
            new() { Text = "call anna thrice", Teacher = new() { Label = "Call" } },
            Lesson("call anna and anna", """{"intent":"Call","slots":{"person":"anna"}}"""),
            Lesson("call anna by train", """{"intent":"Call","slots":{"person":"anna","means":"train"}}"""),
            Lesson("call anna for me", """{"intent":"Call","slots":{"person":"bert"}}"""),
        ];
        await DropAsync([.. lessons, .. others]);

        var result = await RetrainAsync();

        Assert.Equal(300, result.Lessons);
        var report = await _host.ReadBlobAsync(BlobContainers.Releases, result.Report[(BlobContainers.Releases.Length + 1)..]);
        Assert.Contains("1 have a value that is no words of the request, 1 one that stands there more than once, and 1 are none that the task's schema allows", report);
        var id = (await _host.Workflows.ListAsync(new("retrain-"), Cancelled)).Single().InstanceId;
        var set = (await _host.ReadBlobAsync(BlobContainers.Quarantine, $"teacher-outputs/{TaggedCalls.Task}/{id}.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([301, 302, 303], set.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("line").GetInt32()));
        Assert.Contains("is no call", set[0]);
        Assert.Contains("Sing", set[1]);
        Assert.Contains("teacher.completion", set[2]);
    }

    /// <summary>Has the lead answer requests, most as a batch, and waits for its lessons.</summary>
    private async Task<List<DatasetRecord>> CaptureAsync(int count)
    {
        var texts = TaggedCalls.Requests.Take(count).Select(request => request.Text).ToList();
        var direct = Math.Min(count, 20);
        (await _host.Http.PostAsJsonAsync($"{Path}/infer", new { inputs = texts.Take(direct) }, Cancelled)).EnsureSuccessStatusCode();
        if (count > direct)
        {
            var lines = string.Join('\n', texts.Skip(direct).Select((text, i) => JsonSerializer.Serialize(new { id = $"{i}", text })));
            var batch = await _host.Http.PostAsync($"{Path}/batches", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"), Cancelled);
            await _host.Workflows.WaitAsync(batch.Headers.Location!.OriginalString.Split('/')[^1], Cancelled);
        }

        return await Eventually.UntilAsync(() => StoredLessons.ReadAsync(_host), lessons => lessons.Count >= count, "all calls are lessons");
    }

    /// <summary>The lead's, as they are captured, and nothing in the container.</summary>
    private async Task<List<DatasetRecord>> LessonsAsync(int count)
    {
        var lessons = await CaptureAsync(count);
        var container = _host.Blobs.GetBlobContainerClient(BlobContainers.TeacherOutputs);
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: Cancelled))
        {
            await container.DeleteBlobAsync(blob.Name, cancellationToken: Cancelled);
        }

        return lessons;
    }

    private Task DropAsync(IEnumerable<DatasetRecord> lessons) => _host.Blob(BlobContainers.TeacherOutputs, $"{TaggedCalls.Task}/dropped.jsonl")
        .UploadAsync(new BinaryData(TestLessons.Jsonl(lessons)), overwrite: true, Cancelled);

    private async Task<RetrainResult> RetrainAsync() => await ResultAsync(await _host.Service<RetrainStarter>().StartAsync(TaggedCalls.Task, true, Cancelled));

    private async Task<RetrainResult> ResultAsync(string id)
    {
        var state = await _host.Workflows.WaitAsync(id, Cancelled);
        Assert.True(state.Status == WorkflowStatus.Completed, state.Failure?.Message);
        return state.ReadOutput<RetrainResult>()!;
    }

    private async Task<JsonElement> AskAsync(string input) =>
        await (await _host.Http.PostAsJsonAsync($"{Path}/infer", new { input }, Cancelled)).Content.ReadFromJsonAsync<JsonElement>(Cancelled);

    private async Task<string> AssertNothingServesAsync(RetrainResult result)
    {
        Assert.Equal(TaggedCalls.Version, Catalog.Channel(TaggedCalls.Task, "stable"));
        Assert.Equal([TaggedCalls.Version], Catalog.List(TaggedCalls.Task).Select(release => release.Version));
        var report = await _host.ReadBlobAsync(BlobContainers.Releases, result.Report[(BlobContainers.Releases.Length + 1)..]);
        Assert.Contains("rejected", report);
        return report;
    }
}
