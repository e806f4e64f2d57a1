using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Tests;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Tests.Lessons;

/// <summary>What a site was least sure of is asked of the lead, and its answers teach.</summary>
public sealed class EdgeLessonsTests : IAsyncLifetime
{
    private readonly TestHost _host = new("--Retraining:Automatic=false");

    public ValueTask InitializeAsync() => _host.InitializeAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task HardExamples_SentUp_BecomeLessonsAndGo()
    {
        var hard = _host.Blob(BlobContainers.EdgeReports, "harbour/mail/hard/2026/01/02/abc.jsonl");
        await hard.UploadAsync(
            new BinaryData("{\"id\":\"1\",\"text\":\"a refund at sea\",\"student\":{\"label\":\"ham\",\"confidence\":0.5}}\nnonsense\n{\"id\":\"2\",\"text\":\"you win\"}\n"), TestContext.Current.CancellationToken);

        var lessons = await LessonsAsync();
        Assert.Equal([("a refund at sea", "spam", "edge harbour"), ("you win", "spam", "edge harbour")], lessons.Select(lesson => (lesson.Text!, lesson.Teacher!.Label!, lesson.Teacher.Source!)));
        while (await hard.ExistsAsync(TestContext.Current.CancellationToken))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task OtherReports_AreLeftAlone()
    {
        var status = _host.Blob(BlobContainers.EdgeReports, "harbour/mail/status.json");
        await status.UploadAsync(new BinaryData("{}"), TestContext.Current.CancellationToken);
        await HardExamples_SentUp_BecomeLessonsAndGo();

        Assert.True(await status.ExistsAsync(TestContext.Current.CancellationToken));
        Assert.Single(await _host.Workflows.ListAsync(new("edge-lessons-"), TestContext.Current.CancellationToken));
    }

    private async Task<List<DatasetRecord>> LessonsAsync()
    {
        var container = _host.Blobs.GetBlobContainerClient(BlobContainers.TeacherOutputs);
        while (true)
        {
            await foreach (var blob in container.GetBlobsAsync(cancellationToken: TestContext.Current.CancellationToken))
            {
                var content = (await container.GetBlobClient(blob.Name).DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content;
                return [.. content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<DatasetRecord>(line, JsonSerializerOptions.Web)!)];
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
