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

    /// <summary>Writes a line for each; null is an empty one.</summary>
    public Task WriteAsync<T>(string name, IEnumerable<T?> lines, CancellationToken cancellationToken)
        where T : class => WriteAsync(_work, name, lines, cancellationToken);

    /// <summary>The same where the blob is not there yet; one that is stays as it is.</summary>
    public async Task CreateAsync<T>(string name, IEnumerable<T?> lines, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            await WriteAsync(_work, name, lines, cancellationToken, new() { IfNoneMatch = ETag.All });
        }
        catch (RequestFailedException there) when (there.Status is 409 or 412)
        {
            // It is there.
        }
    }

    /// <summary>Writes a line for each into <c>quarantine</c>.</summary>
    public Task QuarantineAsync<T>(string name, IEnumerable<T> lines, CancellationToken cancellationToken)
        where T : class => WriteAsync(blobs.GetBlobContainerClient(BlobContainers.Quarantine), name, lines, cancellationToken);

    public async Task<List<T>> ReadAsync<T>(string name, CancellationToken cancellationToken) => Parse<T>(await BytesAsync(name, cancellationToken));

    /// <summary>None where the blob is not there.</summary>
    public async Task<List<T>> ReadIfAnyAsync<T>(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync<T>(name, cancellationToken);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return [];
        }
    }

    /// <summary>Joins parts, in their order, into one blob that appears when it is committed, as a whole.</summary>
    /// <param name="run">The instance that writes it.</param>
    /// <exception cref="InvalidDataException">A part has more or fewer empty lines than there are to take their places.</exception>
    public async Task<BlobJoin> JoinAsync(IEnumerable<WorkPart> parts, BlobContainerClient container, string name, string run, CancellationToken cancellationToken)
    {
        var target = new BlobJoin(container.GetBlockBlobClient(name), Jsonl, run);
        try
        {
            await AddAsync(parts, target, cancellationToken);
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    private async Task AddAsync(IEnumerable<WorkPart> parts, BlobJoin target, CancellationToken cancellationToken)
    {
        var coming = new Queue<Task<ReadOnlyMemory<byte>>>();
        foreach (var part in parts)
        {
            coming.Enqueue(ReadAsync(part, cancellationToken));
            if (coming.Count == PartsAhead)
            {
                await target.AddAsync(await coming.Dequeue(), cancellationToken);
            }
        }

        while (coming.Count > 0)
        {
            await target.AddAsync(await coming.Dequeue(), cancellationToken);
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(WorkPart part, CancellationToken cancellationToken)
    {
        var lines = BytesAsync(part.Lines, cancellationToken);
        if (part.Missing is null)
        {
            return await lines;
        }

        var missing = await BytesAsync(part.Missing, cancellationToken);
        return LineFill.Fill((await lines).Span, missing.Span);
    }

    private async Task<ReadOnlyMemory<byte>> BytesAsync(string name, CancellationToken cancellationToken) =>
        (await _work.GetBlobClient(name).DownloadContentAsync(cancellationToken)).Value.Content.ToMemory();

    private static async Task WriteAsync<T>(BlobContainerClient container, string name, IEnumerable<T?> lines, CancellationToken cancellationToken, BlobRequestConditions? conditions = null)
        where T : class
    {
        using var buffer = new MemoryStream();
        foreach (var line in lines)
        {
            if (line is not null)
            {
                JsonSerializer.Serialize(buffer, line, DurableJson.Options);
            }

            buffer.WriteByte((byte)'\n');
        }

        buffer.Position = 0;
        await container.GetBlobClient(name).UploadAsync(buffer, new BlobUploadOptions { HttpHeaders = Jsonl, Conditions = conditions }, cancellationToken);
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
