using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Understudy.Edge;
using Understudy.Edge.Escalation;
using Understudy.Edge.Releases;
using Understudy.Edge.Reports;
using Understudy.Edge.Updates;
using Understudy.Inference.Signing;
using Understudy.Inference.Sites;
using Understudy.Workflows.Blobs;

namespace Understudy.Bench.EdgeSites;

/// <summary>An agent's own parts without its server: it looks, fetches, tests, swaps and reports when it is told to, and keeps no model in memory between.</summary>
internal sealed class SimulatedSite
{
    private readonly SiteStore _store;
    private readonly SiteReleases _releases = new();
    private readonly SiteUpdater _updater;
    private readonly StatusReporter _reporter;

    public SimulatedSite(string name, string data, BlobServiceClient blobs)
    {
        var (settings, options) = (new EdgeSettings(name, "", data), Options.Create(new EdgeOptions { ReportSeconds = 24 * 3600 }));
        var (shelf, memory, accounts) = (new PackageShelf(data), new SiteMemory(data), new TaskAccounts(options));
        _store = new(blobs.GetBlobContainerClient(BlobContainers.Edge), blobs.GetBlobContainerClient(BlobContainers.EdgeReports), name);
        var keys = ReleaseKeys.OfThisMachine();
        var delivery = new PackageDelivery(_store, shelf, keys, options);
        var swap = new ReleaseSwap(options, _store, shelf, delivery, memory, _releases, accounts, TimeProvider.System, NullLogger<ReleaseSwap>.Instance);
        _updater = new(settings, options, _store, shelf, delivery, memory, swap, keys, TimeProvider.System, NullLogger<SiteUpdater>.Instance);
        _reporter = new(settings, options, _store, memory, shelf, accounts, new EscalationQueue(settings, options), TimeProvider.System);
    }

    /// <summary>All its calls of the storage, polls among them.</summary>
    public long Calls => _store.Reads + _store.Writes;

    public SiteStatus StatusOf(string task) => _reporter.StatusOf(task);

    public async Task StepAsync()
    {
        await _reporter.IntroduceAsync(CancellationToken.None);
        foreach (var task in await _updater.LookAsync(CancellationToken.None))
        {
            _reporter.MarkChanged(task);
        }

        await _reporter.ReportAsync(CancellationToken.None);
        _releases.Dispose();
    }
}
