using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Blobs;

/// <summary>Sequences of records as JSONL blobs in <c>work</c>, and their concatenation into a result.</summary>
internal sealed class WorkLines(BlobServiceClient blobs)
{
    private static readonly BlobHttpHeaders Jsonl = new() { ContentType = "application/jsonl" };

    /// <summary>Parts that are read while earlier ones are written.</summary>
    private const int PartsAhead = 4;

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
        var target = await container.GetBlockBlobClient(name).OpenWriteAsync(overwrite: true, options, cancellationToken);
        var coming = new Queue<Task<Response<BlobDownloadResult>>>();
        foreach (var part in parts)
        {
            coming.Enqueue(_work.GetBlobClient(part).DownloadContentAsync(cancellationToken));
            if (coming.Count == PartsAhead)
            {
                await WriteNextAsync();
            }
        }

        while (coming.Count > 0)
        {
            await WriteNextAsync();
        }

        // Disposing commits what was written, so that is not for the case that something is missing.
        await target.DisposeAsync();

        async Task WriteNextAsync() => await target.WriteAsync((await coming.Dequeue()).Value.Content.ToMemory(), cancellationToken);
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
