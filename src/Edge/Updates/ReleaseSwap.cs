using Microsoft.Extensions.Options;
using Understudy.Edge.Releases;
using Understudy.Inference.Releases;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Updates;

/// <summary>
/// What serves of each task, and what is remembered of it: a release comes in beside the one that serves, is tested, and takes its place or does not.
/// Changed by one at a time, which never waits for the line.
/// </summary>
internal sealed partial class ReleaseSwap(
    IOptions<EdgeOptions> options,
    SiteStore store,
    PackageShelf shelf,
    PackageDelivery delivery,
    SiteMemory memory,
    SiteReleases releases,
    TaskAccounts accounts,
    TimeProvider time,
    ILogger<ReleaseSwap> logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>
    /// Lets serve what served before the agent stopped; what does not load any more gives way to what was before it. What is known of tasks that
    /// are not taken any more stays as it is: they serve when they are taken again.
    /// </summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (var task in memory.Tasks.Where(options.Value.Takes))
        {
            var known = memory[task];
            if (known.Current is { } current && await TryServeAsync(task, current, cancellationToken) is { } problem)
            {
                LogNotRestored(logger, task, current, problem);
                await FallBackAsync(task, $"it did not load when the agent started: {problem}", again: true, cancellationToken);
            }
        }
    }

    /// <summary>Takes the release back that serves, and lets the one before it serve again; nothing happens where there is none before it.</summary>
    /// <param name="package">The address of what is meant; nothing happens when another serves already.</param>
    /// <returns>Whether it was taken back.</returns>
    /// <exception cref="IOException">It was, and the disk does not take it: after a restart it would serve again.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public async Task<bool> RollBackAsync(string task, string package, string reason, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (memory[task] is not { Previous: not null } known || known.Current != package)
            {
                return false;
            }

            await FallBackAsync(task, reason, again: false, cancellationToken);
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>Lets what lies on the shelf serve, as a pointer says.</summary>
    /// <param name="previous">The pointer before it, signed likewise; null for none.</param>
    /// <param name="full">What the update would have been from nothing, in bytes.</param>
    /// <param name="before">What had been read from the storage when this update began.</param>
    /// <exception cref="PackageInvalidException">The package is not whole.</exception>
    /// <exception cref="ReleaseInvalidException">Its release cannot be loaded, or is another one than the package says.</exception>
    /// <exception cref="SelfTestFailedException">It judges the samples otherwise than where the package was made.</exception>
    public async Task ChangeAsync(
        string task, ChannelPointer pointer, ChannelPointer? previous, long full, (long Bytes, long Reads) before, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await ChangeNowAsync(task, pointer, previous, full, before, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task ChangeNowAsync(
        string task, ChannelPointer pointer, ChannelPointer? previous, long full, (long Bytes, long Reads) before, CancellationToken cancellationToken)
    {
        var known = memory[task];
        if (pointer is not { Version: not null, Manifest: { } address })
        {
            memory[task] = known with { Sequence = pointer.Sequence, Current = null, Previous = null, Refusal = null, SelfTest = null };
            accounts.End(task);
            releases.End(task);
            return;
        }

        if (known.Current == address)
        {
            memory[task] = known with { Sequence = pointer.Sequence, Refusal = null };
            return;
        }

        var release = delivery.Open(task, pointer.Version, address);
        try
        {
            var test = await delivery.TestAsync(release, address, cancellationToken);
            var spent = Spent(task, pointer, before);
            memory[task] = new()
            {
                Sequence = pointer.Sequence,
                Current = address,
                Previous = WayBack(known, address, previous),
                SelfTest = test,
                BytesSent = spent.Bytes,
                BytesFull = full,
                Reads = spent.Reads,
            };
        }
        catch
        {
            release.Dispose();
            throw;
        }

        accounts.Begin(task, address);
        releases.Serve(address, release);
        LogServes(logger, task, pointer.Version, memory[task].BytesSent, full);
    }

    /// <summary>
    /// What to go back to from a new release: what served before it. A release from which the site was led back, now or while it was away, does not serve
    /// again by itself: where the site missed a pointer that leads away from what serves, nobody here knows why, and what served before that is safe.
    /// </summary>
    private static string? WayBack(TaskMemory known, string address, ChannelPointer? previous) =>
        address == known.Previous ? null
        : previous is null || previous.Sequence <= known.Sequence || previous.Manifest == known.Current ? known.Current
        : previous.Manifest == known.Previous ? known.Previous
        : known.Previous ?? known.Current;

    /// <summary>Deletes what neither serves nor is to. What cannot be deleted, or not yet, stops no update.</summary>
    /// <param name="pointedTo">The packages that the site's folder names.</param>
    public async Task TidyAsync(IReadOnlyList<string> pointedTo)
    {
        await _one.WaitAsync();
        try
        {
            shelf.Keep([.. memory.Tasks.SelectMany(one => new[] { memory[one].Current, memory[one].Previous }).OfType<string>(), .. pointedTo]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotTidy(logger, error.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Keeps what an update that broke off has cost.</summary>
    public async Task RememberAsync(string task, ChannelPointer pointer, (long Bytes, long Reads) before)
    {
        await _one.WaitAsync(CancellationToken.None);
        try
        {
            memory[task] = memory[task] with { BrokenOff = Spent(task, pointer, before) };
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>What this attempt has cost, and those that broke off before it.</summary>
    private BrokenOff Spent(string task, ChannelPointer pointer, (long Bytes, long Reads) before)
    {
        var earlier = memory[task].BrokenOff is { } broken && broken.Sequence == pointer.Sequence ? broken : new(pointer.Sequence, 0, 0);
        return earlier with { Bytes = earlier.Bytes + store.BytesRead - before.Bytes, Reads = earlier.Reads + (int)(store.Reads - before.Reads) };
    }

    /// <returns>What is wrong with it; null when it serves.</returns>
    private Task<string?> TryServeAsync(string task, string address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var version = shelf.Find(address)?.Version ?? throw new PackageInvalidException($"package {address} is not whole on this disk");
            var release = delivery.Open(task, version, address);
            accounts.Begin(task, address);
            releases.Serve(address, release);
            return Task.FromResult<string?>(null);
        }
        catch (Exception error) when (error is PackageInvalidException or ReleaseInvalidException or IOException)
        {
            return Task.FromResult<string?>(error.Message);
        }
    }

    /// <summary>Lets what served before serve again, or nothing.</summary>
    /// <param name="again">Its files are at fault: the same pointer may bring them again, unless what it points to was refused or taken back.</param>
    private async Task FallBackAsync(string task, string reason, bool again, CancellationToken cancellationToken)
    {
        var known = memory[task];
        var version = known.Current is { } current ? shelf.Find(current)?.Version : null;
        var back = known.Previous is { } previous && await TryServeAsync(task, previous, cancellationToken) is null ? known.Previous : null;
        if (back is null)
        {
            accounts.End(task);
            releases.End(task);
        }

        LogRolledBack(logger, task, version, reason);
        if (again)
        {
            shelf.Remove(known.Current!);
        }

        memory.Record(task, known with
        {
            Sequence = again && known.Refusal?.Sequence != known.Sequence ? known.Sequence - 1 : known.Sequence,
            Current = back,
            Previous = null,
            SelfTest = null,
            Refusal = new(known.Sequence, version, known.Current, reason, RolledBack: true, time.GetUtcNow()),
        });
    }

    /// <summary>Remembers why a pointer was not carried out; what serves goes on.</summary>
    /// <param name="final">It is not tried again until another pointer comes.</param>
    /// <param name="believed">Whether anything that the pointer says may be taken for true.</param>
    public async Task RefuseAsync(string task, ChannelPointer pointer, string reason, bool final, bool believed = true)
    {
        await _one.WaitAsync();
        try
        {
            Refuse(task, pointer, reason, final, believed);
        }
        finally
        {
            _one.Release();
        }
    }

    private void Refuse(string task, ChannelPointer pointer, string reason, bool final, bool believed)
    {
        var known = memory[task];
        var sequence = final ? pointer.Sequence : known.Sequence;
        if (known.Refusal is { } last && last.Sequence == pointer.Sequence && last.Reason == reason && known.Sequence == sequence)
        {
            return;
        }

        LogRefused(logger, task, pointer.Sequence, reason);
        var refused = known with
        {
            Sequence = sequence,
            Refusal = new(pointer.Sequence, believed ? pointer.Version : null, believed ? pointer.Manifest : null, reason, RolledBack: false, time.GetUtcNow()),
        };
        if (final)
        {
            memory[task] = refused;
        }
        else
        {
            memory.Record(task, refused); // the report says so although the disk may take nothing
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Task}: release {Version} serves; {Sent} of {Full} bytes travelled.")]
    private static partial void LogServes(ILogger logger, string task, string version, long sent, long full);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Task}: pointer {Sequence} is refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string task, long sequence, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Task}: release {Version} was taken back: {Reason}")]
    private static partial void LogRolledBack(ILogger logger, string task, string? version, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Packages that are not needed any more cannot be deleted. {Reason}")]
    private static partial void LogNotTidy(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Task}: package {Package} does not load: {Reason}")]
    private static partial void LogNotRestored(ILogger logger, string task, string package, string reason);
}
