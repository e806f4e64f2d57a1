using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Datasets;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Reads the newest lines of a snapshot, whatever its blobs say of how many they hold. Of a blob of any size no more is held than is still wanted. Thread-safe.
/// </summary>
/// <param name="check">A record as a lesson, or why it is none.</param>
internal sealed class LessonLines(BlobServiceClient blobs, Func<DatasetRecord, (DatasetRecord? Lesson, string? Problem)> check)
{
    /// <summary>So many lines that are no lesson are set aside; others are counted.</summary>
    public const int MostSetAside = 1000;

    /// <summary>So many characters of one are.</summary>
    public const int MostCharacters = 4000;

    private readonly BlobContainerClient _lessons = blobs.GetBlobContainerClient(BlobContainers.TeacherOutputs);

    /// <param name="snapshot">Oldest first. A blob that has gone or changed since is passed over.</param>
    /// <param name="most">Lines that are read; blank ones do not count.</param>
    /// <param name="cancellationToken">Heard.</param>
    public async Task<ReadLessons> NewestAsync(IReadOnlyList<LessonBlob> snapshot, int most, CancellationToken cancellationToken)
    {
        var (found, left, room) = (new Stack<ReadLessons>(), most, MostSetAside);
        for (var i = snapshot.Count - 1; i >= 0 && left > 0; i--)
        {
            if (await LastAsync(snapshot[i], left, room, cancellationToken) is { } read)
            {
                found.Push(read);
                (left, room) = (left - read.Lines, room - read.SetAside.Count);
            }
        }

        return new([.. found.SelectMany(read => read.Lessons)], found.Sum(read => read.Malformed), [.. found.SelectMany(read => read.SetAside)]);
    }

    /// <summary>The last lines of a blob; null where it is passed over.</summary>
    private async Task<ReadLessons?> LastAsync(LessonBlob blob, int most, int mostSetAside, CancellationToken cancellationToken)
    {
        var (lines, aside) = (new Queue<(long Number, DatasetRecord? Lesson)>(), new Queue<QuarantinedLesson>());
        try
        {
            var options = new BlobDownloadOptions { Conditions = new BlobRequestConditions { IfMatch = new ETag(blob.ETag) } };
            using var download = (await _lessons.GetBlobClient(blob.Name).DownloadStreamingAsync(options, cancellationToken)).Value;
            await foreach (var line in DatasetReader.ReadAsync(download.Content, cancellationToken))
            {
                var (lesson, problem) = line.Record is { } record ? check(record) : (null, line.Problem);
                Enqueue(lines, (line.Number, lesson), most);
                if (lesson is null && mostSetAside > 0)
                {
                    Enqueue(aside, new(blob.Name, line.Number, Short(problem!), Short(line.Raw)), mostSetAside);
                }
            }
        }
        catch (RequestFailedException error) when (error.Status is 404 or 412)
        {
            return null;
        }

        var lessons = lines.Select(line => line.Lesson).OfType<DatasetRecord>().ToList();
        return new(lessons, lines.Count - lessons.Count, [.. aside.Where(line => line.Line >= lines.Peek().Number)]);
    }

    /// <summary>The oldest makes place.</summary>
    private static void Enqueue<T>(Queue<T> queue, T item, int most)
    {
        queue.Enqueue(item);
        if (queue.Count > most)
        {
            queue.Dequeue();
        }
    }

    private static string Short(string text) => text.Length <= MostCharacters ? text : text[..MostCharacters] + "…";
}
