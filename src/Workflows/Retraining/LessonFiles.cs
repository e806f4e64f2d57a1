using System.Text.Encodings.Web;
using System.Text.Json;
using Azure.Storage.Blobs;
using Understudy.Inference.Datasets;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Retraining;

/// <summary>The parts that a retraining's lessons are cut into, as JSONL blobs in <c>work</c>.</summary>
internal static class LessonFiles
{
    public const string Train = "train.jsonl", Calibration = "calibration.jsonl", Held = "held.jsonl";

    /// <summary>Nothing is escaped that needs not be: a line must not outgrow what <see cref="DatasetReader"/> reads.</summary>
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Name(string run, string part) => $"{run}/{part}";

    public static async Task WriteAsync(BlobServiceClient blobs, string name, IReadOnlyList<DatasetRecord> lessons, CancellationToken cancellationToken)
    {
        using var lines = new MemoryStream();
        foreach (var lesson in lessons)
        {
            JsonSerializer.Serialize(lines, lesson, Json);
            lines.WriteByte((byte)'\n');
        }

        lines.Position = 0;
        await Work(blobs).GetBlobClient(name).UploadAsync(lines, overwrite: true, cancellationToken);
    }

    public static async Task<IReadOnlyList<DatasetRecord>> ReadAsync(BlobServiceClient blobs, string name, CancellationToken cancellationToken)
    {
        var content = await Work(blobs).GetBlobClient(name).DownloadContentAsync(cancellationToken);
        var lessons = new List<DatasetRecord>();
        foreach (var line in DatasetReader.Read(content.Value.Content.ToMemory()))
        {
            lessons.Add(line.Record ?? throw new InvalidDataException($"Blob '{BlobContainers.Work}/{name}', line {line.Number}: {line.Problem}"));
        }

        return lessons;
    }

    private static BlobContainerClient Work(BlobServiceClient blobs) => blobs.GetBlobContainerClient(BlobContainers.Work);
}
