using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Rollouts;

/// <summary>
/// The sites' folders in <c>edge</c>, as the cloud writes them: content first, then the package's list, and last, by compare-and-swap, the signed
/// pointer. Doing any of it twice does it once. What stands there counts where a trusted key signed it: others may be able to write there. Thread-safe.
/// </summary>
internal sealed partial class SiteFolders(
    BlobServiceClient blobs, PackageArchive archive, ReleaseCatalog catalog, RolloutOrder order, TimeProvider time, ILogger<SiteFolders> logger)
{
    private const int Attempts = 8;

    private readonly BlobContainerClient _edge = blobs.GetBlobContainerClient(BlobContainers.Edge);

    /// <summary>Points a site to the package.</summary>
    /// <param name="contents">Gives a file's content; kept by the caller over several sites.</param>
    /// <param name="since">When the rollout began: a pointer to the package that is younger is taken for what this call would do.</param>
    /// <param name="overtakenBy">The package that a later rollout of the task sends, empty where that is not known; null when there is none. Itself null where there is nobody to ask.</param>
    /// <returns>Null when there is one.</returns>
    public async Task<OfferedSite?> OfferAsync(
        string site,
        EdgePackage package,
        byte[] list,
        string address,
        DateTimeOffset since,
        Func<string, Task<BinaryData>> contents,
        CancellationToken cancellationToken,
        Func<Task<string?>>? overtakenBy = null)
    {
        var uploaded = false;
        for (var attempt = 1; ; attempt++)
        {
            var (folder, version) = await ReadAsync(site, cancellationToken);
            var (current, before) = Signed(site, package.Task, folder);
            if (current is not null && current.Manifest == address && current.MovedAt >= since)
            {
                return await StandsAsync(current);
            }

            if (!uploaded)
            {
                await UploadAsync(site, package, list, address, await FilesThereAsync(site, current?.Manifest, cancellationToken), contents, cancellationToken);
                uploaded = true;
            }

            // Last, since the upload may have taken long; what is written between this and the pointer fails the compare-and-swap.
            if (overtakenBy is not null && await overtakenBy() is not null)
            {
                return null;
            }

            var next = ChannelPointer.Next(package.Task, SiteFolder.ChannelOf(site), current, package.Version, address, time.GetUtcNow(), catalog.Keys.Signer);
            var previous = await BeforeAsync(package.Task, current, before, address, cancellationToken);
            if (!await TryWriteAsync(site, folder.With(package.Task, new(next, previous)), version, attempt, cancellationToken))
            {
                continue;
            }

            return await StandsAsync(next);
        }

        // A later rollout may have begun between the question and the write, and have read the folder before it. Unless it sends the same package, or a rollout of this one ended well meanwhile, the site is led back.
        async Task<OfferedSite?> StandsAsync(ChannelPointer pointer)
        {
            if (overtakenBy is null || await overtakenBy() is not { } later)
            {
                return new(site, pointer.Sequence);
            }

            if (later != address && await order.IsOnTrialAsync(package.Task, address, cancellationToken))
            {
                await WithdrawAsync(site, package.Task, address, cancellationToken, pointer.Sequence);
            }

            return null;
        }
    }

    /// <summary>Points a site back to what it had before the package; nothing happens where it points elsewhere already.</summary>
    /// <param name="sequence">Only where it is this pointer that leads to the package; null for any.</param>
    /// <returns>Whether it was moved.</returns>
    /// <exception cref="PackageInvalidException">No trusted key signed what it had before.</exception>
    public async Task<bool> WithdrawAsync(string site, string task, string address, CancellationToken cancellationToken, long? sequence = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (folder, version) = await ReadAsync(site, cancellationToken);
            var (current, before) = Signed(site, task, folder);
            if (current?.Manifest != address || current.Sequence != (sequence ?? current.Sequence))
            {
                return false;
            }

            if (before is null && folder.Tasks[task].Previous is not null)
            {
                throw new PackageInvalidException(
                    $"Site '{site}' is not pointed back from package {address} of '{task}': no key that is trusted here signed the previous pointer in '{BlobContainers.Edge}/{SiteFolder.BlobOf(site)}'. "
                    + "Find out who wrote it, and roll out to the site what it is to serve.");
            }

            var back = ChannelPointer.Next(task, SiteFolder.ChannelOf(site), current, before?.Version, before?.Manifest, time.GetUtcNow(), catalog.Keys.Signer);
            if (await TryWriteAsync(site, folder.With(task, new(back)), version, attempt, cancellationToken))
            {
                return true;
            }
        }
    }

    /// <summary>
    /// Where a withdrawal of the package leads: what it takes the place of, unless that is on trial itself; then what stood before that. Where nothing did, what is on trial is
    /// more than nothing.
    /// </summary>
    private async Task<ChannelPointer?> BeforeAsync(string task, ChannelPointer? current, ChannelPointer? previous, string address, CancellationToken cancellationToken) =>
        current?.Manifest is not { } replaced ? current ?? previous
        : replaced == address ? previous
        : previous?.Manifest is not null && await order.IsOnTrialAsync(task, replaced, cancellationToken) ? previous
        : current;

    /// <summary>
    /// The pointers of a task as they count: none that no trusted key signed for this site. The cloud would vouch for what a stranger wrote, if it went on from there.
    /// The previous one was the current one once, and has its own signature from then.
    /// </summary>
    private (ChannelPointer? Current, ChannelPointer? Previous) Signed(string site, string task, SiteFolder folder)
    {
        var channel = folder.Tasks.GetValueOrDefault(task);
        return (Trusted(channel?.Current), Trusted(channel?.Previous));

        ChannelPointer? Trusted(ChannelPointer? pointer)
        {
            if (pointer?.IsSignedFor(task, SiteFolder.ChannelOf(site), catalog.Keys.Trust) is not false)
            {
                return pointer;
            }

            LogUnsigned(logger, BlobContainers.Edge, SiteFolder.BlobOf(site), task, pointer.Sequence);
            return null;
        }
    }

    private async Task UploadAsync(
        string site, EdgePackage package, byte[] list, string address, HashSet<string> there, Func<string, Task<BinaryData>> contents, CancellationToken cancellationToken)
    {
        foreach (var hash in package.Files.Select(file => file.Sha256).Distinct().Where(hash => !there.Contains(hash)))
        {
            await _edge.GetBlobClient(SiteFolder.FileBlob(site, hash)).UploadAsync(await contents(hash), overwrite: true, cancellationToken);
        }

        await _edge.GetBlobClient(SiteFolder.PackageBlob(site, address)).UploadAsync(new BinaryData(list), overwrite: true, cancellationToken);
    }

    /// <summary>What the package before brought to the folder need not be brought again.</summary>
    private async Task<HashSet<string>> FilesThereAsync(string site, string? address, CancellationToken cancellationToken)
    {
        if (address is null)
        {
            return [];
        }

        try
        {
            var list = (await _edge.GetBlobClient(SiteFolder.PackageBlob(site, address)).DownloadContentAsync(cancellationToken)).Value.Content;
            return [.. EdgePackage.Read(list.ToMemory().Span, address).Files.Select(file => file.Sha256)];
        }
        catch (Exception error) when (error is RequestFailedException { Status: 404 } or PackageInvalidException)
        {
            return [];
        }
    }

    /// <summary>What a site is to serve, and the ETag of the blob that says so; null where there is none.</summary>
    /// <exception cref="PackageInvalidException">It cannot be read.</exception>
    public async Task<(SiteFolder Folder, ETag? Version)> ReadAsync(string site, CancellationToken cancellationToken)
    {
        try
        {
            var content = await _edge.GetBlobClient(SiteFolder.BlobOf(site)).DownloadContentAsync(cancellationToken);
            return (SiteFolder.Read(content.Value.Content.ToMemory().Span), content.Value.Details.ETag);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return (new(), null);
        }
    }

    /// <summary>The sites that have a folder, whether or not they ever reported.</summary>
    public async Task<IReadOnlyList<string>> SitesAsync(CancellationToken cancellationToken)
    {
        var prefixes = _edge.GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, "/", null, cancellationToken).Where(item => item.IsPrefix);
        return await prefixes.Select(item => item.Prefix.TrimEnd('/')).Where(SiteFolder.IsSite).ToListAsync(cancellationToken);
    }

    /// <summary>The release that a site is to serve; null for none, and where nobody can tell.</summary>
    public async Task<string?> PointedToAsync(string site, string task, CancellationToken cancellationToken)
    {
        try
        {
            return Signed(site, task, (await ReadAsync(site, cancellationToken)).Folder).Current?.Version;
        }
        catch (PackageInvalidException)
        {
            return null;
        }
    }

    private async Task<bool> TryWriteAsync(string site, SiteFolder folder, ETag? version, int attempt, CancellationToken cancellationToken)
    {
        var conditions = version is { } seen ? new BlobRequestConditions { IfMatch = seen } : new() { IfNoneMatch = ETag.All };
        try
        {
            await _edge.GetBlobClient(SiteFolder.BlobOf(site)).UploadAsync(new BinaryData(folder.Write()), new BlobUploadOptions { Conditions = conditions }, cancellationToken);
            return true;
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412 && attempt < Attempts)
        {
            return false;
        }
    }

    /// <summary>Points several sites to the package, each content read once; those after which a later rollout of the task was seen are left out.</summary>
    public async Task<IReadOnlyList<OfferedSite>> OfferAsync(RolloutGroup group, CancellationToken cancellationToken)
    {
        var address = group.Package;
        var (list, package) = await archive.FindAsync(group.Task, group.Version, address, cancellationToken); // the task's definition may have changed since
        var contents = new Dictionary<string, BinaryData>();
        List<OfferedSite> offered = [];
        foreach (var site in group.Sites)
        {
            if (await OfferAsync(site, package, list, address, group.Since, ContentAsync, cancellationToken, OvertakenByAsync) is not { } pointed)
            {
                break;
            }

            offered.Add(pointed);
        }

        return offered;

        async Task<string?> OvertakenByAsync() => await order.IsLatestAsync(group.Task, group.Since, address, cancellationToken)
            ? null : await order.LatestPackageAsync(group.Task, cancellationToken) ?? "";

        async Task<BinaryData> ContentAsync(string hash) =>
            contents.TryGetValue(hash, out var content) ? content : contents[hash] = await archive.ContentAsync(group.Task, group.Version, hash, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Blob {Container}/{Blob}: pointer {Sequence} of task {Task} counts for nothing, since no key that is trusted here signed it for this site.")]
    private static partial void LogUnsigned(ILogger logger, string container, string blob, string task, long sequence);
}
