using System.Text.Json;
using Understudy.Inference.Releases.Sharing;
using Understudy.Inference.Signing;

namespace Understudy.Inference.Releases;

/// <summary>
/// The pointers of a task to its releases: <c>channels/{channel}.json</c>, each a <see cref="ChannelPointer"/> that is replaced in one step, and
/// only by one who has seen what it replaces. Where machines share their releases it moves for all of them, or not at all. Thread-safe.
/// </summary>
internal sealed class ChannelFiles(string task, string taskFolder, ReleaseKeys keys, TimeProvider time, SharedReleases? shared = null)
{
    public const string Stable = "stable", Previous = "previous", Candidate = "candidate";

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, long> _seen = [];

    public static IReadOnlyList<string> All { get; } = [Stable, Candidate, Previous];

    /// <summary>The pointer, or null when the channel was never moved.</summary>
    /// <exception cref="ReleaseInvalidException">It cannot be read, no trusted key signed it, or it is older than one that was seen before.</exception>
    /// <exception cref="SigningException">The key that it names cannot be had, as while its vault is away.</exception>
    public ChannelPointer? Read(string channel)
    {
        // What is read before a move and compared after it would be taken for an older pointer that was put back.
        lock (_seen)
        {
            byte[] content;
            try
            {
                content = File.ReadAllBytes(PathOf(channel));
            }
            catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
            {
                return shared?.Pending(task, channel) is { } noKey ? throw noKey : null;
            }

            var pointer = Check(channel, content);
            if (_seen.TryGetValue(channel, out var seen) && pointer.Sequence < seen)
            {
                throw Older(channel, pointer.Sequence, seen);
            }

            _seen[channel] = pointer.Sequence;
            return pointer;
        }
    }

    /// <summary>The pointer that the content is.</summary>
    /// <exception cref="ReleaseInvalidException">It is none, or no trusted key signed it.</exception>
    public ChannelPointer Check(string channel, ReadOnlySpan<byte> content)
    {
        ChannelPointer? pointer;
        try
        {
            pointer = JsonSerializer.Deserialize<ChannelPointer>(content, JsonShape.Options);
        }
        catch (JsonException)
        {
            pointer = null;
        }

        if (pointer is not { Sequence: > 0 } || (pointer.Version is not null && !ManifestRules.IsVersion(pointer.Version)))
        {
            throw Refuse(channel, "it is no channel pointer");
        }

        return pointer.IsSignedFor(task, channel, keys.Trust)
            ? pointer
            : throw Refuse(channel, $"no key that is trusted here signed it (trusted: {string.Join(", ", keys.Trust.KeyIds)})");
    }

    /// <summary>Takes a pointer that another machine wrote.</summary>
    /// <exception cref="ReleaseInvalidException">It is none, no trusted key signed it, or it is older than the one that is here.</exception>
    public void Adopt(string channel, ReadOnlySpan<byte> content)
    {
        var pointer = Check(channel, content);
        using var own = Lock();
        var here = Read(channel)?.Sequence ?? 0;
        if (pointer.Sequence < here)
        {
            throw Older(channel, pointer.Sequence, here);
        }

        if (pointer.Sequence > here)
        {
            AtomicFile.Write(PathOf(channel), content);
        }
    }

    /// <summary>Points the channel elsewhere, if it still is where the caller saw it.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="from">What the caller saw.</param>
    /// <param name="version">The release; null for none.</param>
    /// <param name="manifest">The hash of its manifest.</param>
    /// <exception cref="ChannelMovedException">It is not.</exception>
    public ChannelPointer Move(string channel, ChannelPointer? from, string? version, string? manifest)
    {
        var path = PathOf(channel);
        using var own = Lock();
        var now = Read(channel);
        if (now?.Sequence != from?.Sequence)
        {
            throw new ChannelMovedException(task, channel, now?.Version);
        }

        var next = ChannelPointer.Next(task, channel, now, version, manifest, time.GetUtcNow(), keys.Signer);
        var content = JsonSerializer.SerializeToUtf8Bytes(next, JsonShape.Options);
        if (shared?.TryMove(task, channel, this, now, content) is { } instead)
        {
            throw new ChannelMovedException(task, channel, Check(channel, instead).Version);
        }

        AtomicFile.Write(path, content);
        lock (_seen)
        {
            // Another process may have moved it on already; but where it was deleted, it begins anew.
            _seen[channel] = now is null ? next.Sequence : Math.Max(next.Sequence, _seen.GetValueOrDefault(channel));
        }

        return next;
    }

    /// <summary>Points the stable channel to a release, the previous one to what that pointed to, and the candidate one to nothing if it was this release.</summary>
    /// <param name="version">The release.</param>
    /// <param name="manifest">The hash of its manifest.</param>
    /// <param name="stable">What the caller saw.</param>
    /// <param name="previous">The same.</param>
    /// <exception cref="ChannelMovedException">One of them is elsewhere.</exception>
    public void Promote(string version, string manifest, ChannelPointer? stable, ChannelPointer? previous)
    {
        // The previous channel first: whenever the stable one has moved, the way back is there.
        var wayBack = stable?.Version is { } old && old != version ? Move(Previous, previous, old, stable.Manifest) : null;
        try
        {
            Move(Stable, stable, version, manifest);
        }
        catch when (wayBack is not null)
        {
            PutBack(wayBack, previous, stable);
            throw;
        }

        if (Read(Candidate) is { } candidate && candidate.Version == version)
        {
            Move(Candidate, candidate, null, null);
        }
    }

    /// <summary>Points the previous channel where it did, if the stable one has not moved and this can be done.</summary>
    private void PutBack(ChannelPointer wayBack, ChannelPointer? previous, ChannelPointer? stable)
    {
        try
        {
            shared?.Look(); // it may have moved there, and the answer got lost
            if (Read(Stable)?.Sequence == stable?.Sequence)
            {
                Move(Previous, wayBack, previous?.Version, previous?.Manifest);
            }
        }
        catch (Exception error) when (error is ChannelMovedException or ReleaseInvalidException or SigningException or IOException)
        {
            // The caller is told what kept the stable channel from moving.
        }
    }

    private string PathOf(string channel) => Path.Combine(taskFolder, "channels", $"{channel}.json");

    /// <summary>One writer at a time, over all processes; ends with its holder.</summary>
    public IDisposable Lock()
    {
        var path = Path.Combine(taskFolder, "channels", ".lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var patience = TimeSpan.Zero; ; patience += TimeSpan.FromMilliseconds(5))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (patience < LockPatience)
            {
                Thread.Sleep(5);
            }
        }
    }

    private ReleaseInvalidException Older(string channel, long sequence, long seen) =>
        Refuse(channel, $"it is pointer {sequence}, and pointer {seen} has been seen: an older one was put back");

    private ReleaseInvalidException Refuse(string channel, string reason) => new(
        taskFolder, [$"channels/{channel}.json: {reason}. Delete it, and promote the release that should serve with a trusted key: understudy release promote --task {task} VERSION."]);
}
