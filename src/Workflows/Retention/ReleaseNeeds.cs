using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Sites;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Retention;

/// <summary>Who needs which releases of a task. Thread-safe.</summary>
internal sealed class ReleaseNeeds(BlobServiceClient blobs, SiteFolders folders, SiteReports reports, IWorkflowClient workflows)
{
    private const int MostRuns = 10_000;

    /// <summary>The fields in which runs say on which release they depend.</summary>
    private static readonly string[] Fields = ["release", "serving", "version"];

    /// <summary>Every site that has a folder or has written a report.</summary>
    /// <exception cref="RetentionBlockedException">A site's folder cannot be read.</exception>
    public async Task<IReadOnlyList<SiteNeeds>> SitesAsync(string task, CancellationToken cancellationToken)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var container in new[] { BlobContainers.Edge, BlobContainers.EdgeReports })
        {
            await foreach (var item in blobs.GetBlobContainerClient(container).GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, "/", null, cancellationToken))
            {
                if (item.IsPrefix && SiteFolder.IsSite(item.Prefix.TrimEnd('/')))
                {
                    names.Add(item.Prefix.TrimEnd('/'));
                }
            }
        }

        List<SiteNeeds> sites = [];
        foreach (var site in names)
        {
            try
            {
                sites.Add(new(site, (await folders.ReadAsync(site, cancellationToken)).Folder, await reports.StatusAsync(site, task, cancellationToken)));
            }
            catch (PackageInvalidException error)
            {
                throw new RetentionBlockedException($"What site '{site}' needs cannot be told: {error.Message} Delete '{BlobContainers.Edge}/{SiteFolder.BlobOf(site)}' and roll out to it again.");
            }
        }

        return sites;
    }

    /// <summary>By version: why it is needed.</summary>
    /// <exception cref="RetentionBlockedException">There are more runs than are looked at.</exception>
    public async Task<IReadOnlyDictionary<string, string>> VersionsAsync(string task, IReadOnlyList<SiteNeeds> sites, CancellationToken cancellationToken)
    {
        var needed = new Dictionary<string, string>();
        foreach (var status in new[] { WorkflowStatus.Running, WorkflowStatus.Pending })
        {
            var runs = await workflows.ListAsync(new(Status: status, Limit: MostRuns), cancellationToken);
            if (runs.Count >= MostRuns)
            {
                throw new RetentionBlockedException($"{MostRuns} operations or more are {status.ToString().ToLowerInvariant()}, and no more are looked at: which releases the oldest of them depend on cannot be told. Remove releases when fewer are, or cancel some.");
            }

            foreach (var run in runs)
            {
                foreach (var version in Versions(run, task))
                {
                    needed.TryAdd(version, $"operation {run.InstanceId} depends on it");
                }
            }
        }

        foreach (var site in sites)
        {
            foreach (var version in site.Versions(task))
            {
                needed.TryAdd(version, $"site {site.Site} names it");
            }
        }

        return needed;
    }

    private static IEnumerable<string> Versions(WorkflowState run, string task) =>
        run.Input is { } input && input.Text("task") == task ? Fields.Select(field => input.Text(field)).OfType<string>() : [];
}
