using System.Collections.Concurrent;
using Understudy.Inference.Quality;
using Understudy.Inference.Releases;

namespace Understudy.Workflows.Quality;

/// <summary>Estimates how good a task's answers are. Thread-safe.</summary>
public sealed class QualityReader
{
    /// <summary>Drift is looked for again and again: at this level a false alarm is rare.</summary>
    public const double DriftLevel = 0.99;

    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private readonly ReleaseCatalog _catalog;
    private readonly QualityStore _store;
    private readonly QualityFlush _flush;
    private readonly SiteQuality _sites;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, QualityCounts?> _calibrated = new();

    internal QualityReader(ReleaseCatalog catalog, QualityStore store, QualityFlush flush, SiteQuality sites, TimeProvider time) =>
        (_catalog, _store, _flush, _sites, _time) = (catalog, store, flush, sites, time);

    /// <param name="withMonth">Whether the last 30 days are summed up too, which reads a blob for each of them and each host.</param>
    /// <exception cref="Inference.Tasks.TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseNotFoundException">None of its releases is stable.</exception>
    public async Task<QualityReport> ReadAsync(string task, CancellationToken cancellationToken, bool withMonth = true)
    {
        using var lease = _catalog.Acquire(task);
        var release = lease.Release;
        var version = release.Manifest.Version;
        if (release.Definition.Audit is not { } audit)
        {
            return new() { Task = task, Release = version };
        }

        await _flush.StoreAsync(cancellationToken);
        var now = _time.GetUtcNow();
        var from = now - TimeSpan.FromHours(audit.WindowHours);
        var recent = await _store.SumAsync(task, version, from, cancellationToken);
        var calibrated = _calibrated.GetOrAdd(release.Address, _ => CalibratedAgreement.Read(_catalog.FolderOf(task, version), release));
        var sites = await _sites.SumAsync(task, version, from, cancellationToken);
        return new()
        {
            Task = task,
            Release = version,
            Audit = audit,
            RecentFrom = from,
            Recent = QualityEstimate.Of(recent),
            Month = withMonth ? QualityEstimate.Of(await _store.SumAsync(task, version, now - Month, cancellationToken)) : null,
            Calibrated = calibrated is null ? null : QualityEstimate.Of(calibrated),
            Inputs = Shift(recent),
            Sites = sites is { Ruled: 0, Inputs: null } ? null : SiteAgreement.Of(sites, calibrated) with { Inputs = Shift(sites) },
            Drift = calibrated is null || recent.Audited == 0 ? null : !Students(recent).Overlaps(Students(calibrated)),
        };

        InputShift? Shift(QualityCounts counts) => InputShift.Of(counts.Inputs, calibrated?.Inputs, release.Manifest.Labels, audit);

        static ShareInterval Students(QualityCounts counts) => QualityEstimate.Of(counts, DriftLevel).Students;
    }
}
