using System.Collections.Concurrent;
using System.Globalization;
using Understudy.Inference.Releases.Sharing;
using Understudy.Inference.Signing;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Releases;

/// <summary>
/// The tasks and releases of a models folder, <c>{task}/task.json</c> and <c>{task}/{version}/release.json</c>. Releases load when first
/// asked for, once; promoting swaps them without dropping a request. Where machines share their releases the folder is this one's copy: it is
/// filled when first asked for, and what moves a channel moves it for all. Thread-safe.
/// </summary>
/// <param name="modelsFolder">Read anew at each question, so that tasks and releases may be added while it runs.</param>
/// <param name="time">For looking after moved channels and for measuring.</param>
/// <param name="keys">Whose releases are loaded and who signs when a channel moves; by default as <see cref="ReleaseKeys.OfThisMachine"/> says.</param>
/// <param name="container">What machines share; null for a folder that is this one's alone.</param>
/// <param name="seedFolder">A models folder whose content goes into the container where it is not there yet.</param>
public sealed class ReleaseCatalog(
    string modelsFolder, TimeProvider? time = null, ReleaseKeys? keys = null, IReleaseContainer? container = null, string? seedFolder = null)
    : IReleaseSource, IDisposable
{
    private readonly ConcurrentDictionary<string, TaskReleases> _releases = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ReleaseKeys _keys = keys ?? ReleaseKeys.OfThisMachine();
    private SharedReleases? _shared;

    public string ModelsFolder { get; } = Path.GetFullPath(modelsFolder);

    public ReleaseKeys Keys => _keys;

    private SharedReleases? Shared => container is null
        ? null
        : _shared ?? Interlocked.CompareExchange(ref _shared, new(container, ModelsFolder, seedFolder, _keys, _time), null) ?? _shared;

    /// <summary>Every task, by name. Empty when the folder does not exist.</summary>
    /// <exception cref="TaskInvalidException">A definition is wrong.</exception>
    public IReadOnlyList<TaskDefinition> Tasks => [.. TaskNames().Select(Task)];

    /// <summary>Every task whose definition is right, by name.</summary>
    /// <param name="onInvalid">Is told of each other one, by name: the rest does not wait for it. Null for nobody.</param>
    public IReadOnlyList<TaskDefinition> ValidTasks(Action<string, TaskInvalidException>? onInvalid = null)
    {
        List<TaskDefinition> valid = [];
        foreach (var name in TaskNames())
        {
            try
            {
                valid.Add(Task(name));
            }
            catch (TaskInvalidException invalid)
            {
                onInvalid?.Invoke(name, invalid);
            }
        }

        return valid;
    }

    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="TaskInvalidException">Its definition is wrong.</exception>
    public TaskDefinition Task(string task)
    {
        return TaskDefinition.Of(task, Path.Combine(Folder(task), "task.json"));
    }

    /// <summary>The right to use a release until the lease is disposed.</summary>
    /// <param name="task">Its task.</param>
    /// <param name="version">Or <see langword="null"/> for the one that the stable channel points to.</param>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseNotFoundException">There is no such release, or none is stable.</exception>
    /// <exception cref="ReleaseInvalidException">It cannot serve.</exception>
    public ReleaseLease Acquire(string task, string? version = null) =>
        version is null ? Releases(task).Acquire() : Releases(task).Acquire(version);

    /// <summary>The task's releases, newest first, those with a broken manifest included.</summary>
    /// <param name="task">Their task.</param>
    /// <param name="onInvalid">Is told of each channel whose pointer is not to be trusted, which then points to none of them; null to throw.</param>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseInvalidException">A channel's pointer is not to be trusted, and nobody is to be told.</exception>
    public IReadOnlyList<ReleaseSummary> List(string task, Action<ReleaseInvalidException>? onInvalid = null)
    {
        var channels = ChannelFiles.All.ToLookup(channel => onInvalid is null ? Channel(task, channel) : ValidPointer(task, channel, onInvalid)?.Version);
        return [.. VersionFolders(task)
            .Where(folder => File.Exists(Path.Combine(folder, ReleaseManifest.FileName)))
            .Select(folder => Summarise(task, folder, [.. channels[Path.GetFileName(folder)]]))
            .OrderByDescending(r => r.CreatedAt).ThenByDescending(r => r.Version, StringComparer.Ordinal)];
    }

    /// <summary>The name for the task's next release: <c>v</c> and one more than the highest number. A lower one may be free, but would look older than what serves.</summary>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    public string NextVersion(string task)
    {
        Shared?.Look();
        var numbers = VersionFolders(task).Select(folder => Path.GetFileName(folder) is ['v' or 'V', .. var number]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0);
        return string.Create(CultureInfo.InvariantCulture, $"v{numbers.Append(0).Max() + 1}");
    }

    /// <summary>
    /// The folder of a release; whether it exists, the caller asks. Where machines share their releases it is brought here first.
    /// </summary>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseInvalidException">What is shared is not what a trusted key signed.</exception>
    public string FolderOf(string task, string version)
    {
        var folder = Path.Combine(Folder(task), version);
        if (ManifestRules.IsVersion(version))
        {
            Shared?.Bring(task, version);
        }

        return folder;
    }

    /// <summary>Gives a release of the folder to the machines that share it.</summary>
    /// <returns>False where the folder is this one's alone.</returns>
    /// <exception cref="ReleaseInvalidException">Another release has the name; this one is taken out of the folder.</exception>
    public bool TryPublish(string task, string version)
    {
        Shared?.Publish(task, version);
        return Shared is not null;
    }

    /// <summary>
    /// Looks what other machines have done, if the folder was asked for at all, and loads what is to serve now in the place of what serves. What
    /// cannot be loaded changes nothing.
    /// </summary>
    /// <exception cref="ReleasesAwayException">The storage is away; what serves goes on serving.</exception>
    public void Follow()
    {
        if (Shared is not { IsOpen: true } shared)
        {
            return;
        }

        shared.Look();
        foreach (var releases in _releases.Values)
        {
            releases.Follow();
        }
    }

    /// <summary>The version that <c>stable</c>, <c>previous</c> or <c>candidate</c> points to, or <see langword="null"/>.</summary>
    /// <exception cref="ReleaseNotFoundException">There is no channel of that name.</exception>
    /// <exception cref="ReleaseInvalidException">No trusted key signed the pointer, or it is older than one that was seen.</exception>
    /// <exception cref="SigningException">The key that it names cannot be had, as while its vault is away.</exception>
    public string? Channel(string task, string channel) => Pointer(task, channel)?.Version;

    /// <summary>The channel's pointer, or <see langword="null"/> when it was never moved.</summary>
    /// <exception cref="ReleaseNotFoundException">There is no channel of that name.</exception>
    /// <exception cref="ReleaseInvalidException">No trusted key signed the pointer, or it is older than one that was seen.</exception>
    /// <exception cref="SigningException">The key that it names cannot be had, as while its vault is away.</exception>
    public ChannelPointer? Pointer(string task, string channel) => Releases(task).Channel(channel);

    /// <summary>The channel's pointer, or <see langword="null"/> when it was never moved or is not to be trusted, or not yet: for who asks about many tasks.</summary>
    /// <param name="task">Whose channel.</param>
    /// <param name="channel">Its name.</param>
    /// <param name="onInvalid">Is told why it is not to be trusted. Null for nobody.</param>
    /// <exception cref="ReleaseNotFoundException">There is no channel of that name.</exception>
    public ChannelPointer? ValidPointer(string task, string channel, Action<ReleaseInvalidException>? onInvalid = null)
    {
        try
        {
            return Pointer(task, channel);
        }
        catch (ReleaseInvalidException invalid)
        {
            onInvalid?.Invoke(invalid);
            return null;
        }
        catch (SigningException away)
        {
            onInvalid?.Invoke(new(Path.Combine(ModelsFolder, task), [$"channels/{channel}: {away.Message}"]));
            return null;
        }
    }

    /// <summary>Checks and loads a release, then lets it serve: the stable channel points to it and the previous one to what served before.</summary>
    /// <exception cref="ReleaseInvalidException">It cannot serve; nothing has changed.</exception>
    /// <exception cref="ChannelMovedException">Somebody else moved the channel meanwhile; that stands.</exception>
    public Task PromoteAsync(string task, string version, CancellationToken cancellationToken = default) =>
        MoveAsync(task, releases => releases.Promote(version), cancellationToken);

    /// <summary>Lets the previous release serve again; what served until now becomes the previous one.</summary>
    /// <exception cref="ReleaseNotFoundException">There is no previous one.</exception>
    public Task RollbackAsync(string task, CancellationToken cancellationToken = default) =>
        MoveAsync(task, releases => releases.Rollback(), cancellationToken);

    /// <summary>Checks a release and points the candidate channel to it. It does not serve yet.</summary>
    /// <exception cref="ReleaseInvalidException">It cannot serve; nothing has changed.</exception>
    public Task NominateAsync(string task, string version, CancellationToken cancellationToken = default) =>
        MoveAsync(task, releases => releases.Nominate(version), cancellationToken);

    /// <summary>
    /// Removes old releases from the folder; what machines share stays shared. Those stay that a channel points to, that are among the newest, that somebody has loaded, here or in another process, and
    /// those of which it cannot be told what they are. A crash leaves each of them whole or gone from the list.
    /// </summary>
    /// <param name="task">Their task.</param>
    /// <param name="keep">So many of the newest stay, at least 1.</param>
    /// <param name="needed">By version, others that stay, each with the reason.</param>
    /// <param name="dryRun">Only say what would go.</param>
    /// <returns>Every release, newest first.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="ReleaseInvalidException">A channel's pointer is not to be trusted, so nobody knows what it points to; nothing was removed.</exception>
    /// <exception cref="IOException">A release cannot be deleted.</exception>
    public IReadOnlyList<PrunedRelease> Prune(string task, int keep, IReadOnlyDictionary<string, string> needed, bool dryRun = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        return Releases(task).Prune(() => List(task), keep, needed, dryRun);
    }

    /// <summary>Looks at once where the stable channel points, and loads that release unless it serves already.</summary>
    /// <returns>The version that serves.</returns>
    /// <exception cref="ReleaseNotFoundException">None is stable, or it is not here; what served goes on serving.</exception>
    /// <exception cref="ReleaseInvalidException">It cannot serve; what served goes on serving.</exception>
    public string Refresh(string task) => Fresh(task).Refresh();

    /// <summary>As the machines that share the releases have left them now.</summary>
    private TaskReleases Fresh(string task)
    {
        Shared?.Look();
        return Releases(task);
    }

    private Task MoveAsync(string task, Action<TaskReleases> move, CancellationToken cancellationToken) => System.Threading.Tasks.Task.Run(
        () =>
        {
            try
            {
                move(Fresh(task));
            }
            catch (ChannelMovedException)
            {
                Shared?.Look(); // who looks and decides again sees where it is
                throw;
            }
        },
        cancellationToken);

    private TaskReleases Releases(string task) => _releases.TryGetValue(task, out var releases)
        ? releases
        : _releases.GetOrAdd(task, static (name, self) => new(name, self.Folder(name), self._time, self.Keys, self.Shared), this);

    private string Folder(string task)
    {
        Shared?.Open();
        var folder = Path.Combine(ModelsFolder, task);
        return TaskRules.Name().IsMatch(task) && File.Exists(Path.Combine(folder, "task.json"))
            ? folder : throw new TaskNotFoundException(task, TaskNames());
    }

    private List<string> TaskNames()
    {
        Shared?.Open();
        return Directory.Exists(ModelsFolder)
            ? [.. Directory.EnumerateDirectories(ModelsFolder).Where(f => File.Exists(Path.Combine(f, "task.json"))).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>A folder for each release that is here, and for each that is known to be elsewhere.</summary>
    private IEnumerable<string> VersionFolders(string task)
    {
        var here = Directory.EnumerateDirectories(Folder(task)).ToList();
        var known = Path.Combine(Folder(task), SharedReleases.KnownFolder);
        return Directory.Exists(known)
            ? here.Concat(Directory.EnumerateDirectories(known).Where(folder => !File.Exists(Path.Combine(ModelsFolder, task, Path.GetFileName(folder), ReleaseManifest.FileName))))
            : here;
    }

    private ReleaseSummary Summarise(string task, string folder, IReadOnlyList<string> channels)
    {
        var reader = new ReleaseReader(folder, _time, Keys.Trust);
        var manifest = reader.ReadManifest();
        return new()
        {
            Task = task,
            Version = Path.GetFileName(folder),
            Address = reader.Address,
            CreatedAt = manifest?.CreatedAt ?? default,
            Channels = channels,
            Tiers = [.. manifest?.Tiers.Select(t => t.Name) ?? []],
            Guarantee = manifest?.Guarantee,
            Thresholds = manifest?.Thresholds,
            Metrics = manifest?.Metrics,
            Problem = manifest is null ? string.Join(" ", reader.Problems) : null,
        };
    }

    /// <summary>Lets go of every release; leases under way keep theirs until they end.</summary>
    public void Dispose()
    {
        foreach (var releases in _releases.Values)
        {
            releases.Dispose();
        }
    }
}
