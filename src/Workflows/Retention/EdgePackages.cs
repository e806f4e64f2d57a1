using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Sites;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Retention;

/// <summary>
/// Removes packages that nobody points to, lists before what they list, so that no list names what is gone. What is younger than a day
/// stays: a rollout brings files first and points to them last. Thread-safe.
/// </summary>
internal sealed class EdgePackages(BlobServiceClient blobs, TimeProvider time)
{
    private static readonly TimeSpan Young = TimeSpan.FromDays(1);

    private readonly BlobContainerClient _edge = blobs.GetBlobContainerClient(BlobContainers.Edge);
    private readonly BlobContainerClient _releases = blobs.GetBlobContainerClient(BlobContainers.Releases);

    /// <param name="task">Whose packages.</param>
    /// <param name="sites">All there are.</param>
    /// <param name="versions">Releases that stay; of others the cloud keeps no package.</param>
    /// <param name="dryRun">Only say what would go.</param>
    public async Task<IReadOnlyList<PrunedPackage>> PruneAsync(
        string task, IReadOnlyList<SiteNeeds> sites, IReadOnlySet<string> versions, bool dryRun, CancellationToken cancellationToken)
    {
        List<PrunedPackage> pruned = [];
        foreach (var site in sites)
        {
            pruned.AddRange(await SiteAsync(task, site, dryRun, cancellationToken));
        }

        pruned.AddRange(await ArchiveAsync(task, versions, dryRun, cancellationToken));
        return pruned;
    }

    private async Task<List<PrunedPackage>> SiteAsync(string task, SiteNeeds site, bool dryRun, CancellationToken cancellationToken)
    {
        List<PrunedPackage> pruned = [];
        var (named, files) = (site.Packages.ToHashSet(), new HashSet<string>());
        var isKnown = true;
        foreach (var list in await ListAsync(_edge, SiteFolder.PackageBlob(site.Site, "")[..^".json".Length], cancellationToken))
        {
            var address = Path.GetFileNameWithoutExtension(list.Name);
            var package = await ReadAsync(list.Name, address, cancellationToken);
            var kept = named.Contains(address) ? $"site {site.Site} names it"
                : package is null ? "what it is cannot be told; delete it by hand"
                : package.Task != task ? $"it is of task {package.Task}"
                : IsYoung(list) ? "it is younger than a day"
                : null;
            pruned.Add(new($"{BlobContainers.Edge}/{list.Name}", kept is null, kept ?? "nobody points to it", list.Properties.ContentLength ?? 0));
            if (kept is null)
            {
                await DeleteAsync(_edge, [list], dryRun, cancellationToken);
                continue;
            }

            isKnown &= package is not null;
            files.UnionWith(package?.Files.Select(file => file.Sha256) ?? []);
        }

        var idle = (await ListAsync(_edge, SiteFolder.FileBlob(site.Site, ""), cancellationToken))
            .FindAll(file => isKnown && !files.Contains(Path.GetFileName(file.Name)) && !IsYoung(file));
        if (idle.Count > 0)
        {
            await DeleteAsync(_edge, idle, dryRun, cancellationToken);
            pruned.Add(new($"{BlobContainers.Edge}/{SiteFolder.FileBlob(site.Site, "")}", true, $"{idle.Count} files that no package has", Bytes(idle)));
        }

        return pruned;
    }

    private async Task<List<PrunedPackage>> ArchiveAsync(string task, IReadOnlySet<string> versions, bool dryRun, CancellationToken cancellationToken)
    {
        List<PrunedPackage> pruned = [];
        var packages = (await ListAsync(_releases, $"{task}/", cancellationToken))
            .FindAll(blob => blob.Name.Split('/') is [_, _, "edge", ..]).GroupBy(blob => blob.Name.Split('/')[1]);
        foreach (var package in packages)
        {
            var kept = versions.Contains(package.Key) ? "its release is there" : package.Any(IsYoung) ? "it is younger than a day" : null;
            pruned.Add(new($"{BlobContainers.Releases}/{PackageArchive.Folder(task, package.Key)}/", kept is null, kept ?? "its release is gone", Bytes(package)));
            if (kept is null)
            {
                await DeleteAsync(_releases, [.. package.OrderBy(blob => !blob.Name.EndsWith(".json", StringComparison.Ordinal))], dryRun, cancellationToken);
            }
        }

        return pruned;
    }

    private bool IsYoung(BlobItem blob) => time.GetUtcNow() - blob.Properties.LastModified < Young;

    private static long Bytes(IEnumerable<BlobItem> blobs) => blobs.Sum(blob => blob.Properties.ContentLength ?? 0);

    private static async Task<List<BlobItem>> ListAsync(BlobContainerClient container, string prefix, CancellationToken cancellationToken)
    {
        List<BlobItem> found = [];
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellationToken))
        {
            found.Add(blob);
        }

        return found;
    }

    /// <summary>As they were listed: what a rollout has brought again meanwhile stays.</summary>
    private static async Task DeleteAsync(BlobContainerClient container, IReadOnlyList<BlobItem> blobs, bool dryRun, CancellationToken cancellationToken)
    {
        foreach (var blob in dryRun ? [] : blobs)
        {
            try
            {
                await container.DeleteBlobIfExistsAsync(blob.Name, conditions: new() { IfMatch = blob.Properties.ETag }, cancellationToken: cancellationToken);
            }
            catch (RequestFailedException error) when (error.Status == 412)
            {
            }
        }
    }

    private async Task<EdgePackage?> ReadAsync(string blob, string address, CancellationToken cancellationToken)
    {
        try
        {
            var list = (await _edge.GetBlobClient(blob).DownloadContentAsync(cancellationToken)).Value.Content;
            return EdgePackage.Read(list.ToMemory().Span, address);
        }
        catch (PackageInvalidException)
        {
            return null;
        }
    }
}
