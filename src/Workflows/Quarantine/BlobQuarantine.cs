using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Quarantine;

/// <summary>
/// Sets blobs aside that nothing could be started for, with the reason: their content moves to <c>quarantine/_blobs/{id}</c>, their
/// metadata with it. No task's name begins with an underscore. Each step may be done again after a crash. Thread-safe.
/// </summary>
public sealed partial class BlobQuarantine(BlobServiceClient blobs, TimeProvider time, ILogger<BlobQuarantine> logger)
{
    private const string Folder = "_blobs/";
    private const string RedriveLabel = "redrive";

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(BlobContainers.Quarantine);

    /// <summary>The id under which this version of a blob is set aside.</summary>
    public static string IdOf(string container, string blob, string etag) => $"poison-{ShortHash.Of($"{container}/{blob}\n{etag.Trim('"')}")}";

    /// <summary>Moves this version of a blob into quarantine.</summary>
    /// <returns>What is there now; null when the version is gone and nothing was to be set aside.</returns>
    public async Task<QuarantinedBlob?> AddAsync(string container, string blob, string etag, string reason, CancellationToken cancellationToken)
    {
        var id = IdOf(container, blob, etag);
        var source = blobs.GetBlobContainerClient(container).GetBlobClient(blob);
        var thisVersion = new BlobRequestConditions { IfMatch = new ETag(etag) };
        try
        {
            using BlobDownloadStreamingResult content = await source.DownloadStreamingAsync(new() { Conditions = thisVersion }, cancellationToken);
            var details = content.Details;
            var kept = new QuarantinedBlob(id, container, blob, etag, details.ContentLength, reason, time.GetUtcNow()) { Metadata = details.Metadata.AsReadOnly() };
            await KeepAsync(kept, details.ContentType, content.Content, cancellationToken);
            await source.DeleteAsync(conditions: thisVersion, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException gone) when (gone.Status is 404 or 412 && gone.ErrorCode != BlobErrorCode.ContainerNotFound)
        {
            LogGone(logger, container, blob);
        }

        var added = await FindAsync(id, cancellationToken);
        if (added is not null)
        {
            WorkflowTelemetry.SetAside(container);
            LogQuarantined(logger, container, blob, id, added.Reason);
        }

        return added;
    }

    /// <summary>The quarantined blob of an id, or null.</summary>
    public async Task<QuarantinedBlob?> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            BlobProperties there = await _container.GetBlobClient(Folder + id).GetPropertiesAsync(cancellationToken: cancellationToken);
            return QuarantineLabels.Read(id, there.Metadata, there.ContentLength);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    /// <summary>What is in quarantine, whole blobs and lines, the latest first and at most <paramref name="limit"/> of each.</summary>
    public async Task<QuarantineContent> ListAsync(int limit, CancellationToken cancellationToken)
    {
        List<QuarantinedBlob> whole = [];
        List<QuarantinedLines> lines = [];
        await foreach (var item in _container.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, prefix: null, cancellationToken))
        {
            if (!item.Name.StartsWith(Folder, StringComparison.Ordinal))
            {
                lines.Add(new($"{BlobContainers.Quarantine}/{item.Name}", item.Properties.ContentLength ?? 0, item.Properties.LastModified ?? default));
            }
            else if (QuarantineLabels.Read(item.Name[Folder.Length..], item) is { } blob)
            {
                whole.Add(blob);
            }
        }

        return new(
            [.. whole.OrderByDescending(blob => blob.At).Take(limit)],
            [.. lines.OrderByDescending(blob => blob.At).Take(limit)],
            whole.Count > limit || lines.Count > limit);
    }

    /// <summary>Puts the content back where it lay, with its metadata, once: whoever comes second finds the blob of the first.</summary>
    /// <returns>The ETag of the blob that is there now.</returns>
    /// <exception cref="BlobNameTakenException">Another blob lies there.</exception>
    internal async Task<string> PutBackAsync(QuarantinedBlob blob, CancellationToken cancellationToken)
    {
        var target = blobs.GetBlobContainerClient(blob.Container).GetBlobClient(blob.Blob);
        using BlobDownloadStreamingResult content = await _container.GetBlobClient(Folder + blob.Id).DownloadStreamingAsync(cancellationToken: cancellationToken);
        var options = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = content.Details.ContentType },
            Metadata = new Dictionary<string, string>(blob.Metadata, StringComparer.OrdinalIgnoreCase) { [RedriveLabel] = blob.Id },
        };
        try
        {
            BlobContentInfo put = await target.UploadAsync(content.Content, options, cancellationToken);
            return put.ETag.ToString();
        }
        catch (RequestFailedException exception) when (exception.Status is 409 or 412)
        {
            BlobProperties there = await target.GetPropertiesAsync(cancellationToken: cancellationToken);
            return there.Metadata.TryGetValue(RedriveLabel, out var by) && by == blob.Id
                ? there.ETag.ToString()
                : throw new BlobNameTakenException(blob.Container, blob.Blob);
        }
    }

    /// <summary>Notes which run took the blob that was put back.</summary>
    internal async Task<Redriven> MarkAsync(QuarantinedBlob blob, string operation, CancellationToken cancellationToken)
    {
        var redriven = new Redriven(time.GetUtcNow(), operation);
        await _container.GetBlobClient(Folder + blob.Id).SetMetadataAsync(
            QuarantineLabels.Write(blob with { Redriven = redriven }), cancellationToken: cancellationToken);
        LogRedriven(logger, blob.Container, blob.Blob, blob.Id, operation);
        return redriven;
    }

    private async Task KeepAsync(QuarantinedBlob blob, string contentType, Stream content, CancellationToken cancellationToken)
    {
        var options = new BlobUploadOptions
        {
            Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All },
            HttpHeaders = new BlobHttpHeaders { ContentType = contentType },
            Metadata = QuarantineLabels.Write(blob),
        };
        try
        {
            await _container.GetBlobClient(Folder + blob.Id).UploadAsync(content, options, cancellationToken);
        }
        catch (RequestFailedException there) when (there.Status is 409 or 412 && there.ErrorCode != BlobErrorCode.ContainerBeingDeleted)
        {
            // It was kept before this host, or the one before it, came to delete the source.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Quarantined blob {Container}/{Blob} as {Id}: {Reason}")]
    private static partial void LogQuarantined(ILogger logger, string container, string blob, string id, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Blob {Container}/{Blob} was deleted or overwritten before it could be quarantined.")]
    private static partial void LogGone(ILogger logger, string container, string blob);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redriven blob {Container}/{Blob} from {Id} is operation {Operation}.")]
    private static partial void LogRedriven(ILogger logger, string container, string blob, string id, string operation);
}
