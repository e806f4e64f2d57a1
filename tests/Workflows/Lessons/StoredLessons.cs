using System.Text.Json;
using Understudy.Inference.Datasets;
using Understudy.Tests;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Tests.Lessons;

/// <summary>What lies in <c>teacher-outputs</c>.</summary>
internal static class StoredLessons
{
    /// <summary>Waits for as many lessons; there may turn out to be more.</summary>
    public static Task<List<DatasetRecord>> WaitAsync(TestHost host, int least) =>
        Eventually.UntilAsync(() => ReadAsync(host), lessons => lessons.Count >= least, $"there are {least} lessons");

    public static async Task<List<DatasetRecord>> ReadAsync(TestHost host)
    {
        var lessons = new List<DatasetRecord>();
        var container = host.Blobs.GetBlobContainerClient(BlobContainers.TeacherOutputs);
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            var content = (await container.GetBlobClient(blob.Name).DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content;
            lessons.AddRange(content.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<DatasetRecord>(line, JsonSerializerOptions.Web)!));
        }

        return lessons;
    }
}
