using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Updates;

/// <summary>
/// The site's folders in the cloud: reads by name in <c>edge</c>, never lists; writes by name in <c>edge-reports</c>, never reads. Counts what
/// goes over the line. Thread-safe.
/// </summary>
internal sealed class SiteStore(BlobContainerClient edge, BlobContainerClient reports, string site)
{
    private long _reads, _bytesRead, _writes;

    /// <summary>Calls that read, those that found nothing new included.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    public long BytesRead => Interlocked.Read(ref _bytesRead);

    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>The top of the folder, or null when it is as it was, or not there.</summary>
    /// <param name="known">The version that was seen; null for none.</param>
    public async Task<(byte[] Content, ETag Version)?> ReadFolderAsync(ETag? known, CancellationToken cancellationToken)
    {
        var options = known is { } etag ? new BlobDownloadOptions { Conditions = new() { IfNoneMatch = etag } } : null;
        var response = await ReadAsync(SiteFolder.BlobOf(site), options, cancellationToken);
        return response is null ? null : (response.Value.Content.ToArray(), response.Value.Details.ETag);
    }

    /// <exception cref="PackageInvalidException">There is none of that address.</exception>
    public async Task<byte[]> ReadPackageAsync(string address, CancellationToken cancellationToken) =>
        (await ReadAsync(SiteFolder.PackageBlob(site, address), null, cancellationToken))?.Value.Content.ToArray()
        ?? throw new PackageInvalidException($"the folder has no package {address}");

    /// <summary>A range of a file; fewer bytes than asked for when the blob ends before.</summary>
    /// <exception cref="PackageInvalidException">The folder has no such file, or it ends before the range begins.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadRangeAsync(PackageFile file, long offset, int length, CancellationToken cancellationToken)
    {
        try
        {
            var response = await ReadAsync(SiteFolder.FileBlob(site, file.Sha256), new() { Range = new(offset, length) }, cancellationToken);
            return response?.Value.Content.ToMemory() ?? throw new PackageInvalidException($"the folder has no content {file.Sha256} for '{file.Name}'");
        }
        catch (RequestFailedException error) when (error.Status == 416)
        {
            throw new PackageInvalidException($"the content of '{file.Name}' was cut short: it ends before byte {offset:N0} of {file.Bytes:N0}", error);
        }
    }

    /// <summary>Puts a report, over one of the same name.</summary>
    public async Task WriteReportAsync(string blob, byte[] content, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        await reports.GetBlobClient(blob).UploadAsync(new BinaryData(content), overwrite: true, cancellationToken);
    }

    private async Task<Response<BlobDownloadResult>?> ReadAsync(string blob, BlobDownloadOptions? options, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        try
        {
            var response = await edge.GetBlobClient(blob).DownloadContentAsync(options, cancellationToken);
            if (response.GetRawResponse().Status == 304)
            {
                return null; // as it was
            }

            Interlocked.Add(ref _bytesRead, response.Value.Content.ToMemory().Length);
            return response;
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
        catch (IOException error)
        {
            throw new RequestFailedException($"The line broke: {error.Message}", error);
        }
    }
}
