using System.Text.Json;
using Understudy.Inference.Signing;

namespace Understudy.Inference.Releases;

/// <summary>
/// The pointers of a task to its releases: <c>channels/{channel}.json</c>, each a <see cref="ChannelPointer"/> that is replaced in one step, and
/// only by one who has seen what it replaces. Thread-safe.
/// </summary>
internal sealed class ChannelFiles(string task, string taskFolder, ReleaseKeys keys, TimeProvider time)
{
    public const string Stable = "stable", Previous = "previous", Candidate = "candidate";

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, long> _seen = [];

    public static IReadOnlyList<string> All { get; } = [Stable, Candidate, Previous];

    /// <summary>The pointer, or null when the channel was never moved.</summary>
    /// <exception cref="ReleaseInvalidException">It cannot be read, no trusted key signed it, or it is older than one that was seen before.</exception>
    public ChannelPointer? Read(string channel)
    {
        var path = PathOf(channel);
        ChannelPointer? pointer;
        try
        {
            pointer = JsonSerializer.Deserialize<ChannelPointer>(File.ReadAllBytes(path), JsonShape.Options);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException)
        {
            pointer = null;
        }

        if (pointer is not { Sequence: > 0 } || (pointer.Version is not null && !ManifestRules.IsVersion(pointer.Version)))
        {
            throw Refuse(channel, "it is no channel pointer");
        }

        if (!pointer.IsSignedFor(task, channel, keys.Trust))
        {
            throw Refuse(channel, $"no key that is trusted here signed it (trusted: {string.Join(", ", keys.Trust.KeyIds)})");
        }

        lock (_seen)
        {
            if (_seen.TryGetValue(channel, out var seen) && pointer.Sequence < seen)
            {
                throw Refuse(channel, $"it is pointer {pointer.Sequence}, and pointer {seen} has been seen: an older one was put back");
            }

            _seen[channel] = pointer.Sequence;
        }

        return pointer;
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
        AtomicFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(next, JsonShape.Options));
        lock (_seen)
        {
            _seen[channel] = next.Sequence;
        }

        return next;
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

    private ReleaseInvalidException Refuse(string channel, string reason) => new(
        taskFolder, [$"channels/{channel}.json: {reason}. Delete it, and promote the release that should serve with a trusted key: understudy release promote --task {task} VERSION."]);
}
