using System.Collections.Concurrent;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Edge.Releases;

/// <summary>The releases that serve at this site, one a task. A swap drops no request: the old one goes when its last lease ends. Thread-safe.</summary>
internal sealed class SiteReleases : IReleaseSource, IDisposable
{
    private readonly ConcurrentDictionary<string, (string Package, ReleaseHandle Handle)> _serving = new();

    public IReadOnlyList<string> Tasks => [.. _serving.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The address of the package that serves; null when nothing does.</summary>
    public string? PackageOf(string task) => _serving.TryGetValue(task, out var serving) ? serving.Package : null;

    /// <summary>The address of a release's package; null when it serves no more.</summary>
    public string? PackageOf(Release release) =>
        _serving.TryGetValue(release.Manifest.Task, out var serving) && serving.Handle.Release == release ? serving.Package : null;

    public ReleaseLease Acquire(string task, string? version = null) => Acquire(task, version, out _);

    /// <param name="package">The address of the package that the release serves in.</param>
    public ReleaseLease Acquire(string task, string? version, out string package)
    {
        while (_serving.TryGetValue(task, out var serving))
        {
            (package, var handle) = serving;
            if (version is not null && handle.Release.Manifest.Version != version)
            {
                throw new ReleaseNotFoundException($"Release '{version}' of '{task}' does not serve at this site; '{handle.Release.Manifest.Version}' does.");
            }

            if (handle.TryLease() is { } lease)
            {
                return lease;
            }
        }

        throw new TaskNotFoundException(task, Tasks);
    }

    /// <summary>Lets a release serve in the place of whatever did.</summary>
    /// <param name="package">The address of its package.</param>
    public void Serve(string package, Release release)
    {
        _serving.TryGetValue(release.Manifest.Task, out var old);
        _serving[release.Manifest.Task] = (package, new(release));
        old.Handle?.Leave();
    }

    /// <summary>Lets nothing serve.</summary>
    public void End(string task)
    {
        _serving.TryRemove(task, out var old);
        old.Handle?.Leave();
    }

    public void Dispose()
    {
        foreach (var task in Tasks)
        {
            End(task);
        }
    }
}
