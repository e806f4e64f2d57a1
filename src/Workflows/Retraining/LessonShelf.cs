using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Lessons;

namespace Understudy.Workflows.Retraining;

/// <summary>Which lessons a task has and which of them are new. Thread-safe.</summary>
internal sealed class LessonShelf(BlobServiceClient blobs)
{
    /// <summary>A lesson of a file whose metadata does not say how many it holds counts as so many bytes.</summary>
    private const int BytesPerLesson = 1000;

    private readonly BlobContainerClient _lessons = blobs.GetBlobContainerClient(BlobContainers.TeacherOutputs);

    /// <summary>The task's blobs, oldest first.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Heard.</param>
    /// <param name="under">How their names begin after the task's.</param>
    public async Task<List<LessonBlob>> ListAsync(string task, CancellationToken cancellationToken, string under = "")
    {
        var found = new List<LessonBlob>();
        await foreach (var blob in _lessons.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, $"{task}/{under}", cancellationToken))
        {
            Add(found, blob);
        }

        return [.. found.OrderBy(blob => blob.ModifiedAt).ThenBy(blob => blob.Name, StringComparer.Ordinal)];
    }

    /// <summary>Those in no folder of a day.</summary>
    public async Task<List<LessonBlob>> ListDirectlyAsync(string task, CancellationToken cancellationToken)
    {
        var found = new List<LessonBlob>();
        await foreach (var item in _lessons.GetBlobsByHierarchyAsync(BlobTraits.Metadata, BlobStates.None, "/", $"{task}/", cancellationToken))
        {
            if (item.IsBlob)
            {
                Add(found, item.Blob);
            }
        }

        return found;
    }

    /// <summary>How many lessons there are in blobs, roughly where they do not say.</summary>
    public static long Count(IEnumerable<LessonBlob> found) => found.Sum(blob => blob.Lessons > 0 ? blob.Lessons : Math.Max(1, blob.Bytes / BytesPerLesson));

    /// <summary>Up to where the task's last retraining saw them; a mark that cannot be read is as none, and the next retraining replaces it.</summary>
    public async Task<LessonMark> MarkAsync(string task, CancellationToken cancellationToken)
    {
        try
        {
            var content = await MarkBlob(task).DownloadContentAsync(cancellationToken);
            return content.Value.Content.ToObjectFromJson<LessonMark>(DurableJson.Options) is { Blobs: not null } mark ? mark : LessonMark.None;
        }
        catch (Exception error) when (error is RequestFailedException { Status: 404 } or JsonException)
        {
            return LessonMark.None;
        }
    }

    /// <summary>Notes how far a retraining saw; an earlier mark does not come back.</summary>
    public async Task MoveMarkAsync(string task, LessonMark mark, CancellationToken cancellationToken)
    {
        if ((await MarkAsync(task, cancellationToken)).Until <= mark.Until)
        {
            await MarkBlob(task).UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(mark, DurableJson.Options)), overwrite: true, cancellationToken);
        }
    }

    /// <summary>Deletes what is older than the task keeps its lessons.</summary>
    public async Task<int> ForgetAsync(string task, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var deleted = 0;
        foreach (var blob in (await ListAsync(task, cancellationToken)).Where(blob => blob.ModifiedAt < before))
        {
            deleted += await _lessons.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken) ? 1 : 0;
        }

        return deleted;
    }

    private static void Add(List<LessonBlob> found, BlobItem blob)
    {
        if (blob.Name.EndsWith(".jsonl", StringComparison.Ordinal))
        {
            var said = blob.Metadata is { } metadata && metadata.TryGetValue(LessonStore.CountName, out var text)
                && int.TryParse(text, CultureInfo.InvariantCulture, out var count) ? count : 0;
            found.Add(new(blob.Name, blob.Properties.ETag!.Value.ToString(), blob.Properties.LastModified!.Value, blob.Properties.ContentLength ?? 0, said));
        }
    }

    private BlobClient MarkBlob(string task) => blobs.GetBlobContainerClient(BlobContainers.Releases).GetBlobClient($"{task}/lessons.json");
}
