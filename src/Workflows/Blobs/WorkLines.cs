using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Blobs;

/// <summary>Sequences of records as JSONL blobs in <c>work</c>, and their concatenation into a result.</summary>
internal sealed class WorkLines(BlobServiceClient blobs)
{
    private static readonly BlobHttpHeaders Jsonl = new() { ContentType = "application/jsonl" };

    private readonly BlobContainerClient _work = blobs.GetBlobContainerClient(BlobContainers.Work);

    public async Task WriteAsync<T>(string name, IEnumerable<T> lines, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        foreach (var line in lines)
        {
            JsonSerializer.Serialize(buffer, line, DurableJson.Options);
            buffer.WriteByte((byte)'\n');
        }

        buffer.Position = 0;
        await _work.GetBlobClient(name).UploadAsync(buffer, new BlobUploadOptions { HttpHeaders = Jsonl }, cancellationToken);
    }

    public async Task<List<T>> ReadAsync<T>(string name, CancellationToken cancellationToken)
    {
        var content = await _work.GetBlobClient(name).DownloadContentAsync(cancellationToken);
        return Parse<T>(content.Value.Content.ToMemory());
    }

    /// <summary>Joins parts, in their order, into one blob that appears as a whole or not at all.</summary>
    public async Task ConcatenateAsync(IEnumerable<string> parts, BlobContainerClient container, string name, CancellationToken cancellationToken)
    {
        var options = new BlockBlobOpenWriteOptions { HttpHeaders = Jsonl, BufferSize = 4 * 1024 * 1024 };
        await using var target = await container.GetBlockBlobClient(name).OpenWriteAsync(overwrite: true, options, cancellationToken);
        foreach (var part in parts)
        {
            await _work.GetBlobClient(part).DownloadToAsync(target, cancellationToken);
        }
    }

    private static List<T> Parse<T>(ReadOnlyMemory<byte> jsonl)
    {
        var lines = new List<T>();
        var rest = jsonl.Span;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (!line.IsEmpty)
            {
                lines.Add(JsonSerializer.Deserialize<T>(line, DurableJson.Options)
                    ?? throw new InvalidDataException("A line of a work blob holds null."));
            }
        }

        return lines;
    }
}
