using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Rollouts;

/// <summary>
/// The packages of releases, in <c>releases/{task}/{version}/edge/</c>: made once, by whoever is first, so that every site and every attempt gets
/// the same bytes. Thread-safe.
/// </summary>
internal sealed class PackageArchive(BlobServiceClient blobs, ReleaseCatalog catalog)
{
    private readonly BlobContainerClient _releases = blobs.GetBlobContainerClient(BlobContainers.Releases);

    /// <summary>The package's list and its address; packs the release when nobody has.</summary>
    /// <exception cref="RolloutRejectedException">The release cannot be packed, or is not the one that was.</exception>
    public async Task<(byte[] List, string Address)> EnsureAsync(string task, string version, bool withLead, CancellationToken cancellationToken)
    {
        var blob = _releases.GetBlobClient($"{Folder(task, version)}/{(withLead ? "package-with-lead" : "package")}.json");
        if (await ReadAsync(blob, cancellationToken) is { } known)
        {
            return Checked(known, task, version);
        }

        PackedRelease packed;
        try
        {
            packed = await PackageWriter.PackAsync(catalog, task, version, withLead, cancellationToken);
        }
        catch (Exception error) when (error is PackageInvalidException or ReleaseInvalidException or ReleaseNotFoundException)
        {
            throw new RolloutRejectedException(error.Message);
        }

        foreach (var (hash, content) in packed.Contents)
        {
            await _releases.GetBlobClient($"{Folder(task, version)}/files/{hash}").UploadAsync(new BinaryData(content), overwrite: true, cancellationToken);
        }

        try
        {
            await blob.UploadAsync(new BinaryData(packed.List), new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }, cancellationToken);
            return (packed.List, packed.Address);
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            return Checked((await ReadAsync(blob, cancellationToken))!, task, version); // somebody else was faster
        }
    }

    /// <summary>A file's content.</summary>
    public async Task<BinaryData> ContentAsync(string task, string version, string sha256, CancellationToken cancellationToken) =>
        (await _releases.GetBlobClient($"{Folder(task, version)}/files/{sha256}").DownloadContentAsync(cancellationToken)).Value.Content;

    private (byte[] List, string Address) Checked(byte[] list, string task, string version)
    {
        var address = EdgePackage.AddressOf(list);
        using var lease = catalog.Acquire(task, version);
        return EdgePackage.Read(list, address).Release == lease.Release.Address
            ? (list, address)
            : throw new RolloutRejectedException($"Release '{version}' of '{task}' is another one than was packed before under that name. A release never changes: give the new one a version of its own.");
    }

    private static async Task<byte[]?> ReadAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            return (await blob.DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Of a release, in <c>releases</c>.</summary>
    public static string Folder(string task, string version) => $"{task}/{version}/edge";
}
