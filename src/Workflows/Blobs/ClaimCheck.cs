using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Blobs;

/// <summary>Keeps large payloads out of a workflow's history: over <see cref="InlineBytes"/> they travel as blobs. Thread-safe.</summary>
public sealed class ClaimCheck(BlobServiceClient blobs)
{
    /// <summary>The largest JSON payload that history carries itself, in bytes.</summary>
    public const int InlineBytes = 32 * 1024;

    private readonly BlobContainerClient _work = blobs.GetBlobContainerClient(BlobContainers.Work);

    /// <summary>Wraps a value; a step that runs twice gives the same name and overwrites its blob with the same content.</summary>
    public async Task<Claim<T>> CheckInAsync<T>(string name, T value, CancellationToken cancellationToken)
        where T : class
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, DurableJson.Options);
        if (json.Length <= InlineBytes)
        {
            return new(value);
        }

        await _work.GetBlobClient(name).UploadAsync(new BinaryData(json), overwrite: true, cancellationToken);
        return new(null, name);
    }

    /// <summary>The value, from the claim or from its blob.</summary>
    /// <exception cref="InvalidOperationException">The claim holds neither.</exception>
    /// <exception cref="ClaimGoneException">There is no such blob any more.</exception>
    public async Task<T> RedeemAsync<T>(Claim<T> claim, CancellationToken cancellationToken)
        where T : class
    {
        if (claim.Value is { } value)
        {
            return value;
        }

        var name = claim.Blob ?? throw new InvalidOperationException("A claim holds neither a value nor a blob.");
        Response<BlobDownloadResult> content;
        try
        {
            content = await _work.GetBlobClient(name).DownloadContentAsync(cancellationToken);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            throw new ClaimGoneException($"{BlobContainers.Work}/{name}", error);
        }

        return content.Value.Content.ToObjectFromJson<T>(DurableJson.Options)
            ?? throw new InvalidOperationException($"Blob '{BlobContainers.Work}/{name}' holds null.");
    }
}
