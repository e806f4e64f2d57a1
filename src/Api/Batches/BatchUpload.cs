using System.Security.Cryptography;
using System.Text.Unicode;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;
using Understudy.Api.Problems;
using Understudy.Workflows;
using Understudy.Workflows.Batches;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Limits;
using Understudy.Workflows.Requests;

namespace Understudy.Api.Batches;

/// <summary>Keeps the records of a request as a blob. Thread-safe.</summary>
public sealed class BatchUpload(BlobServiceClient blobs, TimeProvider time, IOptions<UnderstudyLimits> limits)
{
    private const string HashName = "sha256";

    /// <summary>Writes the blob, once: the same key with the same records, which may or may not be stored as before, finds the blob of the first time.</summary>
    /// <returns>The batch's name and the blob's ETag.</returns>
    /// <exception cref="IdempotencyKeyReusedException">The key was used with other records, or with these and another word on whether they may be stored.</exception>
    internal async Task<(string Name, string ETag)> UploadAsync(
        string task, ReadOnlyMemory<byte> records, string? key, bool store, CancellationToken cancellationToken)
    {
        Check(records.Span);
        var hash = Convert.ToHexStringLower(SHA256.HashData(records.Span));
        var name = key is null
            ? $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{Guid.NewGuid():N}"
            : $"key-{ShortHash.Of(key)}";
        var blob = blobs.GetBlobContainerClient(BlobContainers.Batches).GetBlobClient($"{task}/{name}.jsonl");
        var options = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = "application/jsonl" },
            Metadata = new Dictionary<string, string> { [HashName] = hash, [InputBlob.StoreName] = store ? "true" : "false" },
        };
        try
        {
            var uploaded = await blob.UploadAsync(new BinaryData(records), options, cancellationToken);
            return (name, uploaded.Value.ETag.ToString());
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            var there = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
            var metadata = there.Value.Metadata;
            return metadata.TryGetValue(HashName, out var earlier) && earlier == hash && InputBlob.MayBeStored(metadata) == store
                ? (name, there.Value.ETag.ToString())
                : throw new IdempotencyKeyReusedException(key ?? name);
        }
    }

    private void Check(ReadOnlySpan<byte> records)
    {
        if (!Utf8.IsValid(records))
        {
            // Single bad lines of a blob are quarantined; a whole body in another encoding is the caller's mistake.
            throw ApiProblems.NotUtf8("body");
        }

        var count = 0;
        foreach (var line in records.Split((byte)'\n'))
        {
            count += records[line].IndexOfAnyExcept(" \t\r"u8) < 0 ? 0 : 1;
        }

        if (count == 0)
        {
            throw ApiProblems.NoRecords();
        }

        if (count > limits.Value.BatchRecords)
        {
            throw ApiProblems.TooManyRecords(count, limits.Value.BatchRecords);
        }
    }
}
