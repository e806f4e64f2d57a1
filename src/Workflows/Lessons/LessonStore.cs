using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Datasets;
using Understudy.Inference.Lessons;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Lessons;

/// <summary>
/// What the lead has answered, as <see cref="DatasetRecord"/>s in <c>teacher-outputs/{task}/{yyyy}/{MM}/{dd}/{id}.jsonl</c>. Whoever drops
/// such a file there teaches alike. Thread-safe.
/// </summary>
public sealed class LessonStore(BlobServiceClient blobs, TimeProvider time)
{
    /// <summary>The blob's metadata with the number of its lessons; files from elsewhere need not have it.</summary>
    public const string CountName = "lessons";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(BlobContainers.TeacherOutputs);

    /// <summary>
    /// Writes the lessons among items that passed stage 3. A step that runs twice on one day writes the same blob; one that asks a lead again
    /// about what it left open writes another.
    /// </summary>
    /// <param name="release">Answered.</param>
    /// <param name="asked">All that the lead was asked about, each with where its input came from; what it left open is no lesson.</param>
    /// <param name="run">What the block's name begins with; the inputs that were asked about give the rest.</param>
    /// <returns>How many there were.</returns>
    internal async Task<int> WriteAsync(Release release, IReadOnlyList<(PipelineItem Item, string Source)> asked, string run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var lessons = asked.Select(pair => Lesson.Of(release, pair.Item, pair.Source, now)).OfType<DatasetRecord>().ToList();
        await WriteAsync(release.Manifest.Task, lessons, $"{run}-{Digest(asked.Select(pair => $"{pair.Item.Id} {pair.Source}"))}", cancellationToken);
        return lessons.Count;
    }

    /// <summary>The same for the same lines: a name by content, so that what was cut off takes its own place when it is written again.</summary>
    internal static string Digest(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))).AsSpan(0, 16));

    /// <summary>Writes a block of lessons, if there are any.</summary>
    public async Task WriteAsync(string task, IReadOnlyList<DatasetRecord> lessons, string id, CancellationToken cancellationToken)
    {
        if (lessons.Count == 0)
        {
            return;
        }

        using var lines = new MemoryStream();
        foreach (var lesson in lessons)
        {
            JsonSerializer.Serialize(lines, lesson, Json);
            lines.WriteByte((byte)'\n');
        }

        lines.Position = 0;
        var options = new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/jsonl" },
            Metadata = new Dictionary<string, string> { [CountName] = lessons.Count.ToString(CultureInfo.InvariantCulture) },
        };
        var name = string.Create(CultureInfo.InvariantCulture, $"{task}/{time.GetUtcNow():yyyy'/'MM'/'dd}/{id}.jsonl");
        await _container.GetBlobClient(name).UploadAsync(lines, options, cancellationToken);
    }
}
