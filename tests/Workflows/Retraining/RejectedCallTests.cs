using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

/// <summary>Calls that are not the lead's, and a tagger that is worse: neither serves, and each leaves a record. One host for all of them.</summary>
public sealed class RejectedCallTests(CallHost calls) : IClassFixture<CallHost>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string RegressionFile => Path.Combine(calls.Catalog.ModelsFolder, TaggedCalls.Task, "regression.jsonl");

    [Fact]
    public async Task Run_AFifthOfTheCallsExchanged_IsRejectedByAskingTheLead()
    {
        var lessons = await calls.LessonsAsync(300);
        var completions = lessons.ConvertAll(lesson => lesson.Teacher!.Completion);
        await calls.DropAsync(lessons.Select((lesson, i) => i % 5 == 0 ? lesson with { Teacher = lesson.Teacher! with { Completion = completions[(i + 7) % completions.Count] } } : lesson));

        var (_, result) = await calls.RetrainAsync();

        Assert.False(result.Accepted);
        Assert.Contains("Asked again, the lead says the same", Assert.Single(result.Reasons));
        var report = await AssertNothingServesAsync(result);
        Assert.Matches("Of calls that no tagger learns from, [1-9][0-9]* have a value that is no words of the request", report);
    }

    [Fact]
    public async Task Run_AThousandCopiesOfOneRequest_CountAsOneLesson()
    {
        var lesson = (await calls.LessonsAsync(1))[0];
        await calls.DropAsync(Enumerable.Repeat(lesson with { Teacher = lesson.Teacher! with { Completion = """{"intent":"Call","slots":{}}""" } }, 1000).Append(lesson));

        var (_, result) = await calls.RetrainAsync();

        Assert.False(result.Accepted);
        Assert.Contains("1 lessons are left of 1001", Assert.Single(result.Reasons));
        await AssertNothingServesAsync(result);
    }

    [Fact]
    public async Task Run_PeopleVouchForCallsThatTheNewTaggerGetsWrong_IsRejected()
    {
        // Where the tagger that serves and the lead differ, the regression set sides with the tagger.
        using (var lease = calls.Catalog.Acquire(TaggedCalls.Task))
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
            await File.WriteAllLinesAsync(RegressionFile, lines, Cancelled);
        }

        await calls.DropAsync(await calls.LessonsAsync(400));

        var (_, result) = await calls.RetrainAsync();
        File.Delete(RegressionFile);

        Assert.False(result.Accepted);
        Assert.Contains(result.Reasons, reason => reason.Contains("student's accuracy falls"));
        Assert.Contains("retraining-loss.png", await AssertNothingServesAsync(result));
    }

    [Fact]
    public async Task Run_LinesThatAreNoLessons_AreQuarantinedOrLeftOutWithTheirReasons()
    {
        var lessons = await calls.LessonsAsync(30);
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
        await calls.DropAsync([.. lessons, .. others]);

        var (id, result) = await calls.RetrainAsync();

        Assert.Contains("30 lessons are left of 36, and 50 are needed. From 3 no tagger can learn", Assert.Single(result.Reasons));
        var report = await calls.Host.ReadBlobAsync(BlobContainers.Releases, result.Report[(BlobContainers.Releases.Length + 1)..]);
        Assert.Contains("1 have a value that is no words of the request, 1 one that stands there more than once, and 1 are none that the task's schema allows", report);
        var set = (await calls.Host.ReadBlobAsync(BlobContainers.Quarantine, $"teacher-outputs/{TaggedCalls.Task}/{id}.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([31, 32, 33], set.Select(line => JsonSerializer.Deserialize<JsonElement>(line).GetProperty("line").GetInt32()));
        Assert.Contains("is no call", set[0]);
        Assert.Contains("Sing", set[1]);
        Assert.Contains("teacher.completion", set[2]);
    }

    private async Task<string> AssertNothingServesAsync(RetrainResult result)
    {
        Assert.Equal(TaggedCalls.Version, calls.Catalog.Channel(TaggedCalls.Task, "stable"));
        Assert.Equal([TaggedCalls.Version], calls.Catalog.List(TaggedCalls.Task).Select(release => release.Version));
        var report = await calls.Host.ReadBlobAsync(BlobContainers.Releases, result.Report[(BlobContainers.Releases.Length + 1)..]);
        Assert.Contains("rejected", report);
        return report;
    }
}
