using Understudy.Inference.Signing;

namespace Understudy.Inference.Releases.Sharing;

/// <summary>
/// Keeps a models folder a copy of what machines share: <c>{task}/task.json</c> and the task's other files, <c>{task}/channels/</c>, and
/// releases, of which the manifests come at once, to <c>.shared/</c>, and the rest when it is asked for. Thread-safe.
/// </summary>
internal sealed class SharedReleases(IReleaseContainer container, string folder, string? seedFolder, ReleaseKeys keys, TimeProvider time)
{
    /// <summary>In a task's folder: the manifests of releases that are not here themselves. A folder without one is a name that is taken.</summary>
    public const string KnownFolder = ".shared";

    /// <summary>Between two tries to reach the storage for the first time.</summary>
    private static readonly TimeSpan OpenAgain = TimeSpan.FromSeconds(5);

    private readonly Lock _looking = new();
    private readonly Lock _bringing = new();
    private readonly Dictionary<string, string> _tags = [];
    private readonly ReleaseArrival _arrival = new(container, folder, seedFolder, keys.Trust);
    private (long At, ReleasesAwayException Error)? _failure;
    private Dictionary<(string Task, string Channel), SigningException> _pending = []; // replaced whole by each look
    private bool _isSeeded;
    private volatile bool _isOpen;

    /// <summary>Whether the folder was filled.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>
    /// Why a pointer that lies in the storage could not be checked, so that none is here: the key that it names cannot be had. Null otherwise.
    /// </summary>
    public SigningException? Pending(string task, string channel) => Volatile.Read(ref _pending).GetValueOrDefault((task, channel));

    /// <summary>Fills the folder when this is first asked for. What an earlier process left there serves when the storage is away.</summary>
    /// <exception cref="ReleasesAwayException">It is away, and the folder is empty.</exception>
    public void Open()
    {
        if (_isOpen)
        {
            return;
        }

        lock (_looking)
        {
            if (_isOpen)
            {
                return;
            }

            if (_failure is { } failure && time.GetElapsedTime(failure.At) < OpenAgain)
            {
                throw failure.Error;
            }

            try
            {
                Look();
            }
            catch (ReleasesAwayException error)
            {
                _failure = (time.GetTimestamp(), error);
                if (!TaskFolders().Any())
                {
                    throw;
                }
            }

            _isOpen = true;
        }
    }

    /// <summary>Brings the folder up to date at once, but for the files of releases.</summary>
    /// <exception cref="ReleasesAwayException">The storage is away; the folder is as it was.</exception>
    public void Look()
    {
        lock (_looking)
        {
            var there = container.List();
            if (!_isSeeded && seedFolder is not null && SeedFolder.Publish(seedFolder, container, there))
            {
                there = container.List();
            }

            _isSeeded = true;
            Forget(there);
            Dictionary<(string Task, string Channel), SigningException> pending = [];
            foreach (var (name, tag) in there.OrderBy(blob => blob.Key.EndsWith($"/{SharedName.TaskFile}", StringComparison.Ordinal)))
            {
                if (SharedName.Of(name) is { } known && _tags.GetValueOrDefault(name) != tag && TryBring(name, known, there, pending))
                {
                    _tags[name] = tag;
                }
            }

            Volatile.Write(ref _pending, pending);
            _isOpen = true;
        }
    }

    /// <summary>Brings a release here, unless it is or nobody has it.</summary>
    /// <exception cref="ReleaseInvalidException">No trusted key signed it, or a file is not what its manifest says.</exception>
    /// <exception cref="ReleasesAwayException">The storage is away.</exception>
    public void Bring(string task, string version)
    {
        if (IsHere(task, version))
        {
            return;
        }

        lock (_bringing)
        {
            if (!IsHere(task, version))
            {
                _arrival.Bring(task, version);
            }
        }
    }

    /// <summary>Gives a release of the folder to the others.</summary>
    /// <exception cref="ReleaseInvalidException">Another has the name; this one is taken out of the folder.</exception>
    public void Publish(string task, string version)
    {
        var release = Path.Combine(folder, task, version);
        try
        {
            ReleaseUpload.Run(container, task, release);
        }
        catch (ReleaseInvalidException)
        {
            Directory.Delete(release, recursive: true);
            throw;
        }
    }

    /// <summary>Moves a channel for everybody, if it still is where the caller saw it.</summary>
    /// <param name="channels">The task's.</param>
    /// <param name="from">What the caller saw.</param>
    /// <param name="next">The pointer's content.</param>
    /// <returns>Null; or where it is instead.</returns>
    public byte[]? TryMove(string task, string channel, ChannelFiles channels, ChannelPointer? from, byte[] next)
    {
        var name = SharedName.Pointer(task, channel);
        var there = container.Read(name);
        if (there is not null && channels.Check(channel, there.Content).Sequence != from?.Sequence)
        {
            return there.Content;
        }

        if (container.TryWrite(name, new MemoryStream(next), there?.Tag))
        {
            return null;
        }

        var now = container.Read(name)?.Content ?? [];
        return now.AsSpan().SequenceEqual(next) ? null : now; // the same: it was written, and the answer got lost
    }

    /// <returns>False to try again at the next look.</returns>
    private bool TryBring(
        string name, SharedName known, IReadOnlyDictionary<string, string> there, Dictionary<(string Task, string Channel), SigningException> pending)
    {
        if (known.Version is { } version)
        {
            return TryBringManifest(known.Task, version, there);
        }

        if (container.Read(name) is not { } blob)
        {
            return false;
        }

        if (known.Channel is { } channel)
        {
            return TryFollow(known.Task, channel, blob.Content, pending);
        }

        AtomicFile.Write(Path.Combine(folder, known.Task, known.File!), blob.Content);
        return true;
    }

    private bool TryBringManifest(string task, string version, IReadOnlyDictionary<string, string> there)
    {
        var target = Directory.CreateDirectory(Path.Combine(folder, task, KnownFolder, version)).FullName;
        if (!there.ContainsKey(SharedName.Signature(task, version))
            || container.Read(SharedName.Signature(task, version)) is not { } signature || container.Read(SharedName.Manifest(task, version)) is not { } manifest)
        {
            return false;
        }

        AtomicFile.Write(Path.Combine(target, ReleaseSignature.FileName), signature.Content);
        AtomicFile.Write(Path.Combine(target, ReleaseManifest.FileName), manifest.Content);
        return true;
    }

    /// <summary>A release that is to take the place of one that serves here comes first, so that no request waits for it.</summary>
    private bool TryFollow(string task, string channel, byte[] content, Dictionary<(string Task, string Channel), SigningException> pending)
    {
        // A vault that is away is asked once a look: each time may take a while, and requests wait for the first look.
        var known = pending.Count == 0 ? keys : new ReleaseKeys(keys.Trust.Without(pending.Values.First()), () => keys.Signer);
        var channels = new ChannelFiles(task, Path.Combine(folder, task), known, time);
        try
        {
            var next = channels.Check(channel, content);
            if (channel == ChannelFiles.Stable && next.Version is { } version && channels.Read(channel)?.Version is { } old && IsHere(task, old))
            {
                Bring(task, version);
            }

            channels.Adopt(channel, content);
            return true;
        }
        catch (ReleaseInvalidException error)
        {
            InferenceTelemetry.FollowFailed(task, error); // what serves goes on serving
            return false;
        }
        catch (SigningException error)
        {
            InferenceTelemetry.FollowFailed(task, error); // nobody knows whether to trust it: what serves goes on serving, and other tasks do not wait with this one
            pending.Add((task, channel), error);
            return false;
        }
    }

    /// <summary>A task, or a file of it, that nobody has any more is none here either.</summary>
    private void Forget(IReadOnlyDictionary<string, string> there)
    {
        foreach (var task in TaskFolders())
        {
            foreach (var path in Directory.EnumerateFiles(task).Where(path => SharedName.IsTaskFile(Path.GetFileName(path))))
            {
                var name = $"{Path.GetFileName(task)}/{Path.GetFileName(path)}";
                if (!there.ContainsKey(name))
                {
                    File.Delete(path);
                    _tags.Remove(name);
                }
            }
        }
    }

    private bool IsHere(string task, string version) => File.Exists(Path.Combine(folder, task, version, ReleaseManifest.FileName));

    private IEnumerable<string> TaskFolders() => Directory.Exists(folder)
        ? Directory.EnumerateDirectories(folder).Where(task => File.Exists(Path.Combine(task, SharedName.TaskFile)))
        : [];
}
