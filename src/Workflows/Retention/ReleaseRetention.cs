using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Retention;

/// <summary>Removes old releases of the models folder, and edge packages, that nothing needs. Thread-safe.</summary>
public sealed partial class ReleaseRetention
{
    /// <summary>Of the newest releases, where nobody says how many.</summary>
    public const int KeptUnlessSaid = 3;

    private readonly ReleaseCatalog _catalog;
    private readonly ReleaseNeeds _needs;
    private readonly EdgePackages _packages;
    private readonly ILogger<ReleaseRetention> _logger;

    internal ReleaseRetention(
        ReleaseCatalog catalog, BlobServiceClient blobs, SiteFolders folders, SiteReports reports, IWorkflowClient workflows, TimeProvider time, ILogger<ReleaseRetention> logger) =>
        (_catalog, _needs, _packages, _logger) = (catalog, new(blobs, folders, reports, workflows), new(blobs, time), logger);

    /// <param name="task">The task.</param>
    /// <param name="keep">So many of its newest releases stay, at least 1.</param>
    /// <param name="dryRun">Only say what would go.</param>
    /// <exception cref="Inference.Tasks.TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseInvalidException">It cannot be told what a channel points to; nothing was removed.</exception>
    /// <exception cref="RetentionBlockedException">It cannot be told what a site or a run needs; nothing was removed.</exception>
    public async Task<RetentionReport> PruneAsync(string task, int keep, bool dryRun, CancellationToken cancellationToken)
    {
        _catalog.Task(task);
        var sites = await _needs.SitesAsync(task, cancellationToken);
        var needed = await _needs.VersionsAsync(task, sites, cancellationToken);
        var releases = _catalog.Prune(task, keep, needed, dryRun);
        var there = releases.Where(release => !release.Removed).Select(release => release.Version).Concat(needed.Keys).ToHashSet();
        var packages = await _packages.PruneAsync(task, sites, there, dryRun, cancellationToken);
        foreach (var release in releases.Where(release => release.Removed && !dryRun))
        {
            LogRemoved(_logger, release.Version, task, release.Bytes);
        }

        return new(task, keep, dryRun, releases, packages);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Release {Version} of {Task} was removed: {Bytes} bytes.")]
    private static partial void LogRemoved(ILogger logger, string version, string task, long bytes);
}
