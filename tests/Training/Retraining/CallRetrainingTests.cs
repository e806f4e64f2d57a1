using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.FunctionCalls;
using Understudy.Tests;
using Understudy.Training.Retraining;

namespace Understudy.Training.Tests.Retraining;

/// <summary>A tagger that learns from its lead's calls, and is judged by those too that it cannot learn.</summary>
public sealed class CallRetrainingTests : IDisposable
{
    private const int Texts = 8, Copies = 10;

    private readonly string _root = Directory.CreateTempSubdirectory("understudy-retraining-").FullName;

    [Fact]
    public async Task Run_ValuesThatAreNoWordsOfTheRequest_CountAgainstTheGuarantee()
    {
        await TaggedCalls.WriteAsync(_root, leadKnows: false);
        var task = Path.Combine(_root, TaggedCalls.Task, "task.json");
        await File.WriteAllTextAsync(task, (await File.ReadAllTextAsync(task)).Replace("\"passes\":40", "\"passes\":5", StringComparison.Ordinal));
        var lessons = Write("train.jsonl", TaggedCalls.Requests.Take(200).Select(request => (request.Text, request.Call)));
        // One copy of each text has such values: the tagger is as sure of it as of the others. Of so few examples one loss is too many.
        var calibration = Write("calibration.jsonl", TaggedCalls.Requests.Skip(400).Take(Texts).SelectMany(request =>
            Enumerable.Range(0, Copies).Select(copy => (request.Text, copy == 0 ? Shouted(request.Call) : request.Call))));
        var output = Directory.CreateDirectory(Path.Combine(_root, "out")).FullName;

        var manifest = new StudentRetraining(new()).Run(new(Path.Combine(_root, TaggedCalls.Task, TaggedCalls.Version), lessons, calibration, output), TestContext.Current.CancellationToken);

        Assert.Equal((Texts * Copies, false), (manifest.Thresholds.Examples, manifest.Thresholds.Certified));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static FunctionCall Shouted(FunctionCall call) => new(call.Intent, call.Slots.Select(slot => KeyValuePair.Create(slot.Key, slot.Value.ToUpperInvariant())));

    private string Write(string name, IEnumerable<(string Text, FunctionCall Call)> lessons)
    {
        var path = Path.Combine(_root, name);
        File.WriteAllLines(path, lessons.Select(lesson => JsonSerializer.Serialize(
            new DatasetRecord { Text = lesson.Text, Teacher = new() { Label = lesson.Call.Intent, Completion = lesson.Call.ToJson() } }, JsonSerializerOptions.Web)));
        return path;
    }
}
