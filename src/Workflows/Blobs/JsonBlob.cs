using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Blobs;

/// <summary>JSON in a blob that several hosts write, each by compare-and-swap on what it read.</summary>
internal static class JsonBlob
{
    /// <returns>Null and null where there is no blob.</returns>
    public static async Task<(T? Value, ETag? Tag)> ReadJsonAsync<T>(this BlobClient blob, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            var content = (await blob.DownloadContentAsync(cancellationToken)).Value;
            return (content.Content.ToObjectFromJson<T>(DurableJson.Options), content.Details.ETag);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return (null, null);
        }
    }

    /// <param name="before">Of what is replaced; null where there was no blob.</param>
    /// <returns>False when somebody else has written it since.</returns>
    public static async Task<bool> TryWriteJsonAsync<T>(this BlobClient blob, T value, ETag? before, CancellationToken cancellationToken)
    {
        try
        {
            var conditions = before is { } seen ? new BlobRequestConditions { IfMatch = seen } : new() { IfNoneMatch = ETag.All };
            await blob.UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(value, DurableJson.Options)), new BlobUploadOptions { Conditions = conditions }, cancellationToken);
            return true;
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            return false;
        }
    }
}
