using Azure.Storage.Blobs.Models;
using Understudy.Inference.Datasets;
using Understudy.Tests;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class LessonLinesTests(TestHost host)
{
    private static readonly DatasetRecord[] Lessons = [.. TestLessons.Make(1500)];

    [Fact]
    public async Task Newest_MoreThanWanted_AreTheLastOfTheOldestBlobThatIsTaken()
    {
        LessonBlob[] snapshot =
        [
            await DropAsync("newest", "untouched", TestLessons.Jsonl(Lessons[..4])),
            await DropAsync("newest", "old", "{}\n" + TestLessons.Jsonl(Lessons[4..1000]) + "\n"),
            await DropAsync("newest", "new", TestLessons.Jsonl(Lessons[1000..1003]) + "not one"),
        ];

        var read = await ReadAsync(snapshot, 7);

        Assert.Equal([.. Lessons[997..1003].Select(lesson => lesson.Text)], read.Lessons.Select(lesson => lesson.Text));
        Assert.Equal((7, 1), (read.Lines, read.Malformed));
        Assert.Equal(("lines-newest/new.jsonl", 4, "not one"), read.SetAside.Select(line => (line.Blob, (int)line.Line, line.Raw)).Single());
    }

    [Fact]
    public async Task Newest_ManyThatAreNoLessons_AreCountedAndTheNewestSetAside()
    {
        LessonBlob[] snapshot =
        [
            await DropAsync("aside", "old", string.Concat(Enumerable.Repeat("old\n", 900))),
            await DropAsync("aside", "new", new string('n', 2 * LessonLines.MostCharacters) + "\n" + string.Concat(Enumerable.Repeat("new\n", 899))),
        ];

        var read = await ReadAsync(snapshot, 5000);

        Assert.Equal((1800, LessonLines.MostSetAside), (read.Malformed, read.SetAside.Count));
        Assert.Equal([.. Enumerable.Range(801, 100)], read.SetAside.Where(line => line.Raw == "old").Select(line => (int)line.Line));
        Assert.Equal(LessonLines.MostCharacters + 1, read.SetAside.Max(line => line.Raw.Length));
    }

    [Fact]
    public async Task Newest_ABlobThatChangedOrWent_IsPassedOver()
    {
        LessonBlob[] snapshot =
        [
            await DropAsync("changed", "kept", TestLessons.Jsonl(Lessons[..2])),
            await DropAsync("changed", "again", TestLessons.Jsonl(Lessons[2..4])),
            new("lines-changed/gone.jsonl", "\"0x1\"", DateTimeOffset.UnixEpoch, 1, 0),
        ];
        await DropAsync("changed", "again", TestLessons.Jsonl(Lessons[4..8]));

        Assert.Equal(2, (await ReadAsync(snapshot, 100)).Lines);
    }

    private Task<ReadLessons> ReadAsync(LessonBlob[] snapshot, int most) =>
        new LessonLines(host.Blobs, record => LessonCheck.Check(record, ["ham", "spam"], mostWeight: 1, mostCharacters: 10_000)).NewestAsync(snapshot, most, TestContext.Current.CancellationToken);

    /// <summary>A blob that says nothing right of how many lessons it holds.</summary>
    private async Task<LessonBlob> DropAsync(string task, string name, string jsonl)
    {
        var blob = $"lines-{task}/{name}.jsonl";
        var uploaded = await host.Blob(BlobContainers.TeacherOutputs, blob).UploadAsync(new BinaryData(jsonl), new BlobUploadOptions(), TestContext.Current.CancellationToken);
        return new(blob, uploaded.Value.ETag.ToString(), uploaded.Value.LastModified, jsonl.Length, name == "new" ? 1 : 0);
    }
}
