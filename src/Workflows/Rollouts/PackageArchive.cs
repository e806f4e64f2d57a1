using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Rollouts;

/// <summary>
/// The packages of releases, in <c>releases/{task}/{version}/edge/</c>: made once for each definition of the task that a release served under, by
/// whoever is first, so that every site and every attempt gets the same bytes. Thread-safe.
/// </summary>
internal sealed class PackageArchive(BlobServiceClient blobs, ReleaseCatalog catalog)
{
    private readonly BlobContainerClient _releases = blobs.GetBlobContainerClient(BlobContainers.Releases);

    /// <summary>Whether sites can only serve a release with its lead beside them: it has no students.</summary>
    /// <exception cref="RolloutRejectedException">The release cannot serve.</exception>
    public bool NeedsLead(string task, string version)
    {
        using var lease = Acquire(task, version);
        return lease.Release.Students.Count == 0;
    }

    /// <summary>The package's list and its address; packs the release when nobody has under the task's definition of now.</summary>
    /// <exception cref="RolloutRejectedException">The release cannot be packed, or is not the one that was.</exception>
    public async Task<(byte[] List, string Address)> EnsureAsync(string task, string version, bool withLead, CancellationToken cancellationToken)
    {
        using var lease = Acquire(task, version);
        var definition = lease.Release.DefinitionHash;
        await foreach (var known in ListAsync(task, version, lease.Release, cancellationToken))
        {
            // Under a name without the definition a release without students has samples that nothing answered: no site could test it.
            var canBeTested = lease.Release.Students.Count > 0 || known.Name.EndsWith($"-{definition}.json", StringComparison.Ordinal);
            if (known.Package.WithLead == withLead && known.Package.DefinitionHash == definition && canBeTested)
            {
                return (known.List, known.Address);
            }
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

        var blob = _releases.GetBlobClient($"{Folder(task, version)}/{(withLead ? "package-with-lead" : "package")}-{packed.Package.DefinitionHash}.json");
        try
        {
            await blob.UploadAsync(new BinaryData(packed.List), new BlobUploadOptions { Conditions = new() { IfNoneMatch = ETag.All } }, cancellationToken);
            return (packed.List, packed.Address);
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            var faster = await ReadAsync(blob, task, version, lease.Release, cancellationToken);
            return (faster.List, faster.Address);
        }
    }

    /// <summary>The list of a package that was packed, under whichever definition.</summary>
    /// <exception cref="RolloutRejectedException">There is none of that address, or the release cannot serve or is not the one that was packed.</exception>
    public async Task<(byte[] List, EdgePackage Package)> FindAsync(string task, string version, string address, CancellationToken cancellationToken)
    {
        using var lease = Acquire(task, version);
        await foreach (var known in ListAsync(task, version, lease.Release, cancellationToken))
        {
            if (known.Address == address)
            {
                return (known.List, known.Package);
            }
        }

        throw new RolloutRejectedException($"Package {address} of release '{version}' of '{task}', with which the rollout began, is gone.");
    }

    /// <summary>A file's content.</summary>
    public async Task<BinaryData> ContentAsync(string task, string version, string sha256, CancellationToken cancellationToken) =>
        (await _releases.GetBlobClient($"{Folder(task, version)}/files/{sha256}").DownloadContentAsync(cancellationToken)).Value.Content;

    private ReleaseLease Acquire(string task, string version)
    {
        try
        {
            return catalog.Acquire(task, version);
        }
        catch (Exception error) when (error is ReleaseInvalidException or ReleaseNotFoundException)
        {
            throw new RolloutRejectedException(error.Message);
        }
    }

    private async IAsyncEnumerable<(string Name, byte[] List, string Address, EdgePackage Package)> ListAsync(
        string task, string version, Release release, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in _releases.GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{Folder(task, version)}/package", cancellationToken))
        {
            var (list, address, package) = await ReadAsync(_releases.GetBlobClient(item.Name), task, version, release, cancellationToken);
            yield return (item.Name, list, address, package);
        }
    }

    private static async Task<(byte[] List, string Address, EdgePackage Package)> ReadAsync(
        BlobClient blob, string task, string version, Release release, CancellationToken cancellationToken)
    {
        var list = (await blob.DownloadContentAsync(cancellationToken)).Value.Content.ToArray();
        var address = EdgePackage.AddressOf(list);
        var package = EdgePackage.Read(list, address);
        return package.Release == release.Address
            ? (list, address, package)
            : throw new RolloutRejectedException($"Release '{version}' of '{task}' is another one than was packed before under that name. A release never changes: give the new one a version of its own.");
    }

    /// <summary>Of a release, in <c>releases</c>.</summary>
    public static string Folder(string task, string version) => $"{task}/{version}/edge";
}
