using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Tests;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

/// <summary>Calls of the lead from which no tagger can learn are a part of what is served.</summary>
public sealed class UnplacedCallTests(CallHost calls) : IClassFixture<CallHost>
{
    private const string Run = "retrain-unplaced";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Curate_CallsThatCannotBePlaced_AreForThresholdsAndTheGateAndNotLearnedFrom()
    {
        var placed = await calls.LessonsAsync(200);
        var unplaced = await UnplacedAsync();
        await calls.DropAsync([.. placed, .. unplaced]);

        var curation = await CurateAsync();

        Assert.Null(curation.Problem);
        Assert.Equal((200, unplaced.Count), (curation.Usable, curation.Absent + curation.Ambiguous));
        var (train, calibration, held) = (await TextsAsync(LessonFiles.Train), await TextsAsync(LessonFiles.Calibration), await TextsAsync(LessonFiles.Held));
        var texts = unplaced.Select(lesson => lesson.Text!).ToHashSet();
        Assert.DoesNotContain(train, texts.Contains);
        Assert.Contains(calibration, texts.Contains);
        Assert.Contains(held, texts.Contains);
        Assert.Equal(calibration.Concat(held).Count(texts.Contains), curation.OnlyJudged);
        var part = (200 + unplaced.Count) / 5; // of all, not of those that can be placed
        Assert.Equal((part, part, train.Count), (curation.Held, curation.Calibration, curation.Train));
    }

    private async Task<Curation> CurateAsync()
    {
        var services = calls.Host.Service<IServiceProvider>();
        var input = new RetrainInput(TaggedCalls.Task, TaggedCalls.Version, true, "hand", RetrainSettings.From(services.GetRequiredService<IOptions<RetrainingOptions>>().Value));
        var context = new ActivityContext(Run, Cancelled);
        var snapshot = await ActivatorUtilities.CreateInstance<SnapshotActivity>(services).RunAsync(context, input);
        return await ActivatorUtilities.CreateInstance<CurateActivity>(services).RunAsync(context, new(input, snapshot));
    }

    private async Task<List<string>> TextsAsync(string part) =>
        [.. (await LessonFiles.ReadAsync(calls.Host.Blobs, LessonFiles.Name(Run, part), Cancelled)).Select(lesson => lesson.Text!)];

    /// <summary>What the lead says to requests that name somebody twice.</summary>
    private async Task<List<DatasetRecord>> UnplacedAsync()
    {
        var texts = TaggedCalls.Requests.Take(100).Select(request => $"{request.Text} and {request.Call.Slots.First(slot => slot.Key == "person").Value}").ToList();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/tasks/{TaggedCalls.Task}/infer") { Content = JsonContent.Create(new { inputs = texts }) };
        request.Headers.Add("X-Understudy-Store", "false");
        var answers = (await (await calls.Host.Http.SendAsync(request, Cancelled)).Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("answers");
        var said = texts.Zip(answers.EnumerateArray(), (text, answer) => new DatasetRecord { Text = text, Teacher = new() { Completion = answer.GetProperty("completion").GetString() } });
        List<DatasetRecord> unplaced = [.. said.Where(lesson => CallAlignment.Align(lesson.Text!, CallLessonCheck.CallOf(lesson)).Placement != CallPlacement.Found)];
        Assert.InRange(unplaced.Count, 40, 100);
        return unplaced;
    }
}
