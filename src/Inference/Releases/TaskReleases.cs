using Understudy.Inference.Releases.Sharing;
using Understudy.Inference.Signing;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Releases;

/// <summary>The releases of one task: which are loaded, which serves. Thread-safe.</summary>
internal sealed class TaskReleases(string task, string folder, TimeProvider time, ReleaseKeys keys, SharedReleases? shared) : IDisposable
{
    /// <summary>Loaded at a time beside the stable one, for callers that name a version.</summary>
    private const int MaxOthers = 2;

    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<ReleaseHandle> _others = [];
    private readonly ChannelFiles _channels = new(task, folder, keys, time, shared);
    private volatile ReleaseHandle? _stable;
    private string? _definition;
    private long _definitionAt;
    private long _lookedAt;
    private int _looking;
    private volatile bool _disposed;

    /// <summary>The release that the stable channel points to. A pointer that another process moved, and a changed <c>task.json</c>, are noticed within a second.</summary>
    public ReleaseLease Acquire()
    {
        while (true)
        {
            if (_stable is not { } handle)
            {
                handle = LoadStable();
            }
            else if (time.GetElapsedTime(Volatile.Read(ref _lookedAt)) > LookAgain)
            {
                FollowStable();
                handle = _stable;
            }

            if (handle?.TryLease() is { } lease)
            {
                return lease;
            }

            ObjectDisposedException.ThrowIf(_disposed, this); // else it was swapped out this very moment: take the new one
        }
    }

    public ReleaseLease Acquire(string version)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (time.GetElapsedTime(_definitionAt) > LookAgain)
            {
                FollowDefinition();
            }

            var handle = Loaded(version);
            if (handle is null)
            {
                handle = Open(version);
                _others.Add(handle);
                if (_others.Count > MaxOthers)
                {
                    Forget(_others[0].Equals);
                }
            }

            return handle.TryLease()!;
        }
    }

    public ChannelPointer? Channel(string channel) => ChannelFiles.All.Contains(channel)
        ? _channels.Read(channel)
        : throw new ReleaseNotFoundException($"There is no channel '{channel}'. Use {string.Join(", ", ChannelFiles.All)}.");

    public void Nominate(string version)
    {
        var before = _channels.Read(ChannelFiles.Candidate);
        Load(version).Dispose();
        _channels.Move(ChannelFiles.Candidate, before, version, AddressOf(version));
    }

    public void Promote(string version)
    {
        lock (_gate)
        {
            var (stable, previous) = (_channels.Read(ChannelFiles.Stable), _channels.Read(ChannelFiles.Previous));
            // Load first, then move the channel, then serve: nobody is ever answered by what cannot serve or by what lost the race.
            var handle = Current(version) ?? Open(version);
            try
            {
                _channels.Promote(version, handle.Release.Address, stable, previous);
            }
            catch
            {
                if (Loaded(version) != handle)
                {
                    handle.Leave();
                }

                throw;
            }

            Serve(handle);
        }
    }

    public void Rollback()
    {
        lock (_gate)
        {
            var previous = _channels.Read(ChannelFiles.Previous)?.Version
                ?? throw new ReleaseNotFoundException($"Task '{task}' has no previous release to go back to. Promote the version that should serve.");
            if (previous == _channels.Read(ChannelFiles.Stable)?.Version)
            {
                throw new ReleaseNotFoundException($"The previous channel of task '{task}' points to '{previous}', which is what serves. Promote the version that should serve.");
            }

            Promote(previous);
        }
    }

    /// <summary>Looks where the stable channel points, if anything serves here at all. What cannot be loaded is told of, and what serves goes on serving.</summary>
    public void Follow()
    {
        if (_stable is null)
        {
            return;
        }

        FollowStable();
    }

    /// <summary>Serves what the stable channel points to now.</summary>
    /// <returns>Its version.</returns>
    public string Refresh()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Serve(StablePointer());
            return _stable!.Release.Manifest.Version;
        }
    }

    /// <summary>See <see cref="ReleaseCatalog.Prune"/>.</summary>
    /// <param name="list">The releases, newest first.</param>
    /// <param name="keep">So many of the newest stay.</param>
    /// <param name="needed">By version: why it stays.</param>
    /// <param name="dryRun">Whether nothing is removed.</param>
    public IReadOnlyList<PrunedRelease> Prune(Func<IReadOnlyList<ReleaseSummary>> list, int keep, IReadOnlyDictionary<string, string> needed, bool dryRun)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var removed = new RemovedReleases(folder);
            using var still = dryRun ? null : _channels.Lock(); // no channel moves meanwhile
            if (!dryRun)
            {
                removed.Clear();
            }

            return [.. list().Select((release, index) => Prune(release, Kept(release, index, keep, needed), removed, dryRun))];
        }
    }

    private PrunedRelease Prune(ReleaseSummary release, string? kept, RemovedReleases removed, bool dryRun)
    {
        var here = new DirectoryInfo(Path.Combine(folder, release.Version));
        if (!here.Exists)
        {
            return new(release.Version, false, "nothing of it is on this machine", 0);
        }

        var bytes = here.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        if (kept is not null)
        {
            return new(release.Version, false, kept, bytes);
        }

        Forget(other => other.Release.Manifest.Version == release.Version && other.IsIdle);
        return removed.TryRemove(release.Version, dryRun)
            ? new(release.Version, true, "nothing needs it", bytes)
            : new(release.Version, false, "it is loaded, here or by another process", bytes);
    }

    private static string? Kept(ReleaseSummary release, int index, int keep, IReadOnlyDictionary<string, string> needed) =>
        release.Channels.Count > 0 ? $"{string.Join(" and ", release.Channels)} {(release.Channels.Count == 1 ? "points" : "point")} to it"
        : needed.TryGetValue(release.Version, out var reason) ? reason
        : index < keep ? $"one of the {keep} newest"
        : release.Problem is not null ? "what it is cannot be told; see 'understudy release verify', and delete its folder by hand"
        : null;

    private ReleaseHandle LoadStable()
    {
        lock (_gate)
        {
            if (_stable is null)
            {
                Serve(StablePointer());
            }

            return _stable!;
        }
    }

    private ChannelPointer StablePointer() => _channels.Read(ChannelFiles.Stable) is { Version: not null } pointer
        ? pointer
        : throw new ReleaseNotFoundException($"Task '{task}' has no stable release. Promote one of its releases, or name a version.");

    private void FollowStable()
    {
        // One caller looks; the others go on with what serves now.
        if (Interlocked.Exchange(ref _looking, 1) != 0)
        {
            return;
        }

        try
        {
            Volatile.Write(ref _lookedAt, time.GetTimestamp());
            lock (_gate)
            {
                FollowDefinition();
                if (_channels.Read(ChannelFiles.Stable) is { Version: { } version } pointer && version != _stable?.Release.Manifest.Version)
                {
                    Serve(pointer);
                }
            }
        }
        catch (Exception error) when (error is ReleaseNotFoundException or ReleaseInvalidException or SigningException or IOException)
        {
            InferenceTelemetry.FollowFailed(task, error); // what serves now goes on serving
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }

    /// <summary>
    /// Under the gate: where <c>task.json</c> is another than before, what serves is loaded anew under it, and what callers name when they name it
    /// again. One that is wrong, or that does not go with what serves, is told of once, and what is loaded goes on under the one before.
    /// </summary>
    private void FollowDefinition()
    {
        _definitionAt = time.GetTimestamp();
        string? definition = null;
        try
        {
            definition = DefinitionHash();
            if (definition == _definition)
            {
                return;
            }

            TaskDefinition.Of(task, DefinitionPath);
            if (_stable is { } stable && stable.Definition != definition)
            {
                Serve(Open(stable.Release.Manifest.Version), stable.Release.Address);
            }

            Forget(other => other.Definition != definition);
            _definition = definition;
        }
        catch (Exception error) when (error is TaskInvalidException or ReleaseInvalidException or ReleaseNotFoundException or SigningException or IOException or UnauthorizedAccessException)
        {
            _definition = error is TaskInvalidException or ReleaseInvalidException ? definition : _definition; // anything else may pass: it is tried again
            InferenceTelemetry.FollowFailed(task, error);
        }
    }

    /// <summary>Under the gate: the release that the pointer names, by its name and by its manifest's hash.</summary>
    private void Serve(ChannelPointer pointer)
    {
        if (_stable is not { } stable || (stable.Release.Manifest.Version, stable.Release.Address) != (pointer.Version, pointer.Manifest))
        {
            Serve(Current(pointer.Version!) ?? Open(pointer.Version!), pointer.Manifest);
        }
    }

    private void Serve(ReleaseHandle handle, string? address)
    {
        if (handle.Release.Address == address)
        {
            Serve(handle);
            return;
        }

        var version = handle.Release.Manifest.Version;
        if (Loaded(version) != handle)
        {
            handle.Leave();
        }

        throw new ReleaseInvalidException(Path.Combine(folder, version), [
            $"{ReleaseManifest.FileName}: its sha256 is {handle.Release.Address}, and the stable channel points to {address}: another release took the name. Promote the one that should serve."]);
    }

    /// <summary>Under the gate: swaps; requests under way finish on the old one, which their last lease disposes.</summary>
    private void Serve(ReleaseHandle handle)
    {
        Volatile.Write(ref _lookedAt, time.GetTimestamp());
        if (handle == _stable)
        {
            return;
        }

        var old = _stable;
        _others.Remove(handle);
        Forget(other => other.Release.Manifest.Version == handle.Release.Manifest.Version); // loaded under the definition before
        _stable = handle;
        old?.Leave();
    }

    private void Forget(Predicate<ReleaseHandle> which)
    {
        foreach (var other in _others.FindAll(which))
        {
            _others.Remove(other);
            other.Leave();
        }
    }

    private string DefinitionPath => Path.Combine(folder, "task.json");

    private string DefinitionHash() => ReleaseSignature.AddressOf(File.ReadAllBytes(DefinitionPath));

    private string AddressOf(string version) => ReleaseSignature.AddressOf(File.ReadAllBytes(Path.Combine(folder, version, ReleaseManifest.FileName)));

    private ReleaseHandle? Loaded(string version) =>
        _stable?.Release.Manifest.Version == version ? _stable : _others.Find(h => h.Release.Manifest.Version == version);

    /// <summary>What is loaded under <c>task.json</c> as it is now.</summary>
    private ReleaseHandle? Current(string version) => Loaded(version) is { } loaded && loaded.Definition == DefinitionHash() ? loaded : null;

    /// <summary>Under the gate.</summary>
    private ReleaseHandle Open(string version)
    {
        var hold = ReleaseHold.Share(Found(version));
        try
        {
            var definition = DefinitionHash(); // before it is read: one that changes meanwhile is noticed
            var handle = new ReleaseHandle(Load(version), hold, definition);
            _definition = definition == _definition ? definition : null; // the one that was followed last may come back, and not all is loaded under it
            return handle;
        }
        catch
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>The release's folder; where machines share their releases it is brought here first.</summary>
    private string Found(string version)
    {
        if (ManifestRules.IsVersion(version))
        {
            shared?.Bring(task, version);
        }

        var path = Path.Combine(folder, version);
        return ManifestRules.IsVersion(version) && File.Exists(Path.Combine(path, ReleaseManifest.FileName))
            ? path : throw new ReleaseNotFoundException($"Task '{task}' has no release '{version}'. List its releases to see which there are.");
    }

    private Release Load(string version)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var path = Found(version);
        var release = Release.Load(path, time, keys.Trust);
        if (release.Manifest.Task == task)
        {
            return release;
        }

        release.Dispose();
        throw new ReleaseInvalidException(path, [$"{ReleaseManifest.FileName}: task is '{release.Manifest.Task}', but the folder belongs to '{task}'. Move the folder or write the release again."]);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _stable?.Leave();
            Forget(_ => true);
        }
    }
}
