using System.Collections.Concurrent;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Edge.Releases;

/// <summary>The releases that serve at this site, one a task. A swap drops no request: the old one goes when its last lease ends. Thread-safe.</summary>
internal sealed class SiteReleases : IReleaseSource, IDisposable
{
    private readonly ConcurrentDictionary<string, ReleaseHandle> _serving = new();

    public IReadOnlyList<string> Tasks => [.. _serving.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Null when nothing serves.</summary>
    public string? VersionOf(string task) => _serving.TryGetValue(task, out var handle) ? handle.Release.Manifest.Version : null;

    public ReleaseLease Acquire(string task, string? version = null)
    {
        while (_serving.TryGetValue(task, out var handle))
        {
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

    /// <summary>Lets a release serve in the place of whatever did, or nothing.</summary>
    public void Serve(string task, Release? release)
    {
        ReleaseHandle? old;
        if (release is null)
        {
            _serving.TryRemove(task, out old);
        }
        else
        {
            _serving.TryGetValue(task, out old);
            _serving[task] = new(release);
        }

        old?.Leave();
    }

    public void Dispose()
    {
        foreach (var task in Tasks)
        {
            Serve(task, null);
        }
    }
}
