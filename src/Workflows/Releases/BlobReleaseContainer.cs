using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Releases.Sharing;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Releases;

/// <summary>A blob container, <see cref="BlobContainers.Releases"/>, whose ETags are the tags. Thread-safe.</summary>
public sealed class BlobReleaseContainer(BlobContainerClient container) : IReleaseContainer
{
    public IReadOnlyDictionary<string, string> List() => Reach(() =>
        container.GetBlobs().ToDictionary(blob => blob.Name, blob => blob.Properties.ETag.ToString()!, StringComparer.Ordinal));

    public SharedBlob? Read(string name) => Reach(() =>
    {
        try
        {
            var blob = container.GetBlobClient(name).DownloadContent().Value;
            return new SharedBlob(blob.Content.ToArray(), blob.Details.ETag.ToString());
        }
        catch (RequestFailedException error) when (IsAbsent(error))
        {
            return null;
        }
    });

    public void Download(string name, Stream to) => Reach(() =>
    {
        try
        {
            return container.GetBlobClient(name).DownloadTo(to);
        }
        catch (RequestFailedException error) when (IsAbsent(error))
        {
            throw new FileNotFoundException($"There is no blob '{name}' in '{container.Name}'.", name, error);
        }
    });

    public bool TryWrite(string name, Stream content, string? replaces) => Reach(() =>
    {
        try
        {
            var conditions = replaces is null ? new BlobRequestConditions { IfNoneMatch = ETag.All } : new() { IfMatch = new ETag(replaces) };
            container.GetBlobClient(name).Upload(content, new BlobUploadOptions { Conditions = conditions });
            return true;
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            return false;
        }
    });

    private static bool IsAbsent(RequestFailedException error) => error.ErrorCode == BlobErrorCode.BlobNotFound;

    /// <summary>Whatever stands between this machine and the blobs (network, rights, sign-in) is one thing to the caller.</summary>
    private static T Reach<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception error) when (error is not (FileNotFoundException or ReleasesAwayException))
        {
            throw new ReleasesAwayException(error.Message.Split('\n')[0], error);
        }
    }
}
