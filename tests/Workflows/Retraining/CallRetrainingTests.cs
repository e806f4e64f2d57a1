using System.Net.Http.Json;
using System.Text.Json;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

/// <summary>A task whose answers are calls, from captured calls of its lead to a better tagger that serves.</summary>
public sealed class CallRetrainingTests : IAsyncLifetime
{
    private const string Path = $"api/tasks/{TaggedCalls.Task}";

    private readonly CallHost _calls = new();

    private TestHost Host => _calls.Host;

    private ReleaseCatalog Catalog => _calls.Catalog;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _calls.InitializeAsync();

    public ValueTask DisposeAsync() => _calls.DisposeAsync();

    [Fact]
    public async Task Run_CallsCapturedFromABatchAndFromRequests_ReleasesATaggerThatKnowsThem()
    {
        await _calls.CaptureAsync(600);

        var accepted = await Host.Http.PostAsJsonAsync($"{Path}/retrain", new { shadowSeconds = 5 }, Cancelled);
        var id = accepted.Headers.Location!.ToString().Split('/')[^1];
        for (var i = 1000; await Host.Workflows.GetAsync(id, Cancelled) is { IsFinished: false } state; i++)
        {
            // It learns, which takes as long as the machine is busy, and then answers unseen what comes in.
            await (state.ReadStatus<RetrainProgress>()?.Stage == "shadow" ? _calls.AskAsync(TaggedCalls.Requests[i % TaggedCalls.Count].Text) : Task.Delay(100, Cancelled));
        }

        var result = await _calls.ResultAsync(id);

        Assert.True(result.Accepted, string.Join(' ', result.Reasons));
        Assert.Equal("v2", Catalog.Channel(TaggedCalls.Task, "stable"));
        Assert.Empty(ReleaseValidator.Validate(Catalog.FolderOf(TaggedCalls.Task, "v2")));
        Assert.InRange(result.After!.Value, result.Before!.Value + 0.2, 1);
        using var lease = Catalog.Acquire(TaggedCalls.Task);
        Assert.True(lease.Release.Manifest.Thresholds.Certified);
        Assert.Contains("'tagger' goes on from v1", lease.Release.Manifest.Recipe);

        // Requests that nobody has made before, of all four verbs.
        var fresh = TaggedCalls.Requests.Skip(1000).Take(60).ToList();
        var answers = (await (await Host.Http.PostAsJsonAsync($"{Path}/infer", new { inputs = fresh.Select(request => request.Text) }, Cancelled)).Content.ReadFromJsonAsync<JsonElement>(Cancelled))
            .GetProperty("answers").EnumerateArray().ToList();
        var right = fresh.Zip(answers).Where(pair => FunctionCall.TryParse(pair.Second.GetProperty("completion").GetString()!, out var call) && call!.Equals(pair.First.Call)).ToList();
        Assert.InRange(right.Count, 54, 60);
        Assert.Contains(right, pair => pair.Second.GetProperty("receipt").GetProperty("answeredBy").GetString() == "tagger" && pair.First.Text.Split(' ').Any(word => word is "ring" or "message" or "at"));
        var report = await Host.ReadBlobAsync(BlobContainers.Releases, $"{TaggedCalls.Task}/v2/report.md");
        Assert.Contains("retraining-coverage.png", report);
        Assert.Contains("| Text |", report);
        Assert.Matches(@"## Shadow: [1-9][0-9]* live inputs", report);
        Assert.Matches(@"\n\| 0 \| 0 \| [0-9]+ \|", report); // none dropped, and its students failed on none
    }
}
