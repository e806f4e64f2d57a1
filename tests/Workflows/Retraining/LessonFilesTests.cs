using Understudy.Inference.Datasets;
using Understudy.Tests;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Tests.Retraining;

public sealed class LessonFilesTests(TestHost host)
{
    [Fact]
    public async Task Read_ALongTextInAnotherScript_IsAsItWasWritten()
    {
        // 2.25 MB, and twice as much where each character is escaped.
        var name = LessonFiles.Name("retrain-files", LessonFiles.Held);
        var lesson = new DatasetRecord { Text = new string('信', 750_000), Teacher = new() { Label = "ham" } };

        await LessonFiles.WriteAsync(host.Blobs, name, [lesson, lesson with { Text = "'<a> & \"b\"'\n\u2028" }], TestContext.Current.CancellationToken);
        var read = await LessonFiles.ReadAsync(host.Blobs, name, TestContext.Current.CancellationToken);

        Assert.Equal([lesson.Text, "'<a> & \"b\"'\n\u2028"], read.Select(record => record.Text));
    }
}
