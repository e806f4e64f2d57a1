using System.Runtime.ExceptionServices;
using Azure;
using Microsoft.Extensions.Options;
using Understudy.Edge.Releases;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Inference.Sites;
using Understudy.Inference.Tasks;

namespace Understudy.Edge.Updates;

/// <summary>
/// Carries out what the site's folder says: checks that the pointer is signed for this site and is newer than all before it, brings the package,
/// loads it beside what serves, tests it, and only then swaps. Whatever fails on the way is remembered with its reason, and what served goes on.
/// Killed anywhere, it goes on from the disk. One looks at a time; what serves is changed by one at a time, and never waits for the line.
/// </summary>
internal sealed partial class SiteUpdater(
    EdgeSettings settings,
    IOptions<EdgeOptions> options,
    SiteStore store,
    PackageShelf shelf,
    PackageDelivery delivery,
    SiteMemory memory,
    SiteReleases releases,
    TaskAccounts accounts,
    ReleaseKeys keys,
    TimeProvider time,
    ILogger<SiteUpdater> logger) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private ETag? _seen;
    private bool _settled;
    private IReadOnlyList<string> _pointedTo = [];

    /// <summary>The looks in a row that left something in the same folder to be tried again, and when the last of them ended (a timestamp).</summary>
    public (int Looks, long At) Unsettled { get; private set; }

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

    /// <summary>Looks into the folder once. A task that cannot be carried out holds up no other.</summary>
    /// <param name="onChange">Told the same tasks as they come, also where another one fails; null for nobody.</param>
    /// <param name="again">Whether what is to be tried again is tried although the folder is as it was.</param>
    /// <returns>The tasks for which something happened.</returns>
    /// <exception cref="RequestFailedException">The storage cannot be reached.</exception>
    public async Task<IReadOnlyList<string>> LookAsync(CancellationToken cancellationToken, Action<string>? onChange = null, bool again = true)
    {
        if (await store.ReadFolderAsync(_settled || !again ? _seen : null, cancellationToken) is not { } folder)
        {
            return [];
        }

        Unsettled = folder.Version == _seen ? Unsettled : default;
        (_seen, _settled) = (folder.Version, false); // until all of it is carried out
        SiteFolder top;
        try
        {
            top = SiteFolder.Read(folder.Content);
        }
        catch (PackageInvalidException error) when (memory.Tasks.Count > 0)
        {
            Settle(false);
            return await DistrustAsync(error.Message, onChange);
        }

        _pointedTo = [.. top.Tasks.Values.Select(channel => channel.Current.Manifest).OfType<string>()];
        List<string> touched = [];
        Exception? trouble = null;
        var (settled, before) = (true, (store.BytesRead - folder.Content.Length, store.Reads - 1));
        foreach (var (task, channel) in top.Tasks)
        {
            if (!TaskRules.Name().IsMatch(task) || !options.Value.Takes(task))
            {
                continue;
            }

            var known = memory[task];
            try
            {
                settled &= await CarryOutAsync(task, channel.Current, before, cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                trouble ??= error;
            }

            before = (store.BytesRead, store.Reads);
            if (!memory[task].IsAs(known))
            {
                touched.Add(task);
                onChange?.Invoke(task);
            }
        }

        await TidyAsync(); // whatever came of it; not before, since what comes is copied from what is here
        if (trouble is null || !settled)
        {
            Settle(settled);
        }

        if (trouble is not null)
        {
            ExceptionDispatchInfo.Throw(trouble);
        }

        return touched;
    }

    /// <summary>Takes the release back that serves, and lets the one before it serve again; nothing happens where there is none before it.</summary>
    /// <param name="version">The release that is meant; nothing happens when another serves already.</param>
    /// <returns>Whether it was taken back.</returns>
    /// <exception cref="IOException">It was, and the disk does not take it: after a restart it would serve again.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public async Task<bool> RollBackAsync(string task, string version, string reason, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (memory[task] is not { Current: { } current, Previous: not null } || shelf.Find(current)?.Version != version)
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

    private void Settle(bool settled) => (_settled, Unsettled) = (settled, settled ? default : (Unsettled.Looks + 1, time.GetTimestamp()));

    /// <summary>The top of the folder is no such thing: every task remembers it, and what serves goes on.</summary>
    private async Task<IReadOnlyList<string>> DistrustAsync(string reason, Action<string>? onChange)
    {
        List<string> touched = [];
        foreach (var task in memory.Tasks)
        {
            var known = memory[task];
            await RefuseAsync(task, new() { Sequence = 0, MovedAt = time.GetUtcNow() }, reason, final: false, believed: false);
            if (!memory[task].IsAs(known))
            {
                touched.Add(task);
                onChange?.Invoke(task);
            }
        }

        return touched;
    }

    /// <returns>False when it is to be tried again.</returns>
    private async Task<bool> CarryOutAsync(string task, ChannelPointer pointer, (long Bytes, long Reads) before, CancellationToken cancellationToken)
    {
        var known = memory[task];
        if (!pointer.IsSignedFor(task, SiteFolder.ChannelOf(settings.Site), keys.Trust))
        {
            const string Reason = "no key that is trusted here signed the pointer for this site";
            if (!memory.Tasks.Contains(task) && !options.Value.TaskNames.Contains(task))
            {
                LogRefused(logger, task, pointer.Sequence, Reason); // anybody can make up names; they are not kept
                return true;
            }

            await RefuseAsync(task, pointer, Reason, final: false, believed: false);
            return false;
        }

        if (pointer.Sequence < known.Sequence)
        {
            await RefuseAsync(task, pointer, $"it is pointer {pointer.Sequence}, and pointer {known.Sequence} has been seen: an older one was put back", final: false);
            return false;
        }

        if (pointer.Sequence == known.Sequence)
        {
            return true;
        }

        var wasHere = pointer.Manifest is { } address && shelf.Find(address) is not null;
        try
        {
            await UpdateAsync(task, pointer, before, cancellationToken);
            return true;
        }
        catch (PackageInvalidException error)
        {
            // What was cut short or changed on the way may be whole tomorrow; it is looked at again.
            await RefuseAsync(task, pointer, error.Message, final: false);
            return false;
        }
        catch (Exception error) when (wasHere && error is ReleaseInvalidException or SelfTestFailedException)
        {
            // What lay here, maybe for long, may have rotted; it comes from the cloud again.
            shelf.Remove(pointer.Manifest!);
            await RefuseAsync(task, pointer, error is ReleaseInvalidException invalid ? string.Join(" ", invalid.Problems) : error.Message, final: false);
            return false;
        }
        catch (ReleaseInvalidException error)
        {
            shelf.Remove(pointer.Manifest!);
            await RefuseAsync(task, pointer, string.Join(" ", error.Problems), final: true);
            return true;
        }
        catch (SelfTestFailedException error)
        {
            shelf.Remove(pointer.Manifest!);
            await RefuseAsync(task, pointer, error.Message, final: true);
            return true;
        }
    }

    private async Task UpdateAsync(string task, ChannelPointer pointer, (long Bytes, long Reads) before, CancellationToken cancellationToken)
    {
        // The line may take hours; what serves can be taken back meanwhile.
        long full;
        try
        {
            full = pointer is { Version: not null, Manifest: not null } ? await delivery.BringAsync(task, pointer, pointer.Manifest, cancellationToken) : 0;
        }
        catch (Exception) when (store.BytesRead > before.Bytes)
        {
            await RememberAsync(task, pointer, before);
            throw;
        }

        await _one.WaitAsync(cancellationToken);
        try
        {
            await SwapAsync(task, pointer, full, before, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task SwapAsync(string task, ChannelPointer pointer, long full, (long Bytes, long Reads) before, CancellationToken cancellationToken)
    {
        var known = memory[task];
        if (pointer is not { Version: not null, Manifest: { } address })
        {
            memory[task] = known with { Sequence = pointer.Sequence, Current = null, Previous = null, Refusal = null, SelfTest = null };
            accounts.Begin(task, null);
            releases.Serve(task, null);
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
                Previous = address == known.Previous ? null : known.Current, // who was led back does not go forth again by itself
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

        accounts.Begin(task, pointer.Version);
        releases.Serve(task, release);
        LogServes(logger, task, pointer.Version, memory[task].BytesSent, full);
    }

    /// <summary>Deletes what neither serves nor is to. What cannot be deleted, or not yet, stops no update.</summary>
    private async Task TidyAsync()
    {
        await _one.WaitAsync();
        try
        {
            shelf.Keep([.. memory.Tasks.SelectMany(one => new[] { memory[one].Current, memory[one].Previous }).OfType<string>(), .. _pointedTo]);
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

    private async Task RememberAsync(string task, ChannelPointer pointer, (long Bytes, long Reads) before)
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
            accounts.Begin(task, version);
            releases.Serve(task, release);
            return Task.FromResult<string?>(null);
        }
        catch (Exception error) when (error is PackageInvalidException or ReleaseInvalidException or IOException)
        {
            return Task.FromResult<string?>(error.Message);
        }
    }

    /// <param name="again">Its files are at fault: the same pointer may bring them again, unless what it points to was refused or taken back.</param>
    private async Task FallBackAsync(string task, string reason, bool again, CancellationToken cancellationToken)
    {
        var known = memory[task];
        var version = known.Current is { } current ? shelf.Find(current)?.Version : null;
        var back = known.Previous is { } previous && await TryServeAsync(task, previous, cancellationToken) is null ? known.Previous : null;
        if (back is null)
        {
            accounts.Begin(task, null);
            releases.Serve(task, null);
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

    /// <param name="final">It is not tried again until another pointer comes.</param>
    /// <param name="believed">Whether anything that the pointer says may be taken for true.</param>
    private async Task RefuseAsync(string task, ChannelPointer pointer, string reason, bool final, bool believed = true)
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

        memory[task] = known with
        {
            Sequence = sequence,
            Refusal = new(pointer.Sequence, believed ? pointer.Version : null, believed ? pointer.Manifest : null, reason, RolledBack: false, time.GetUtcNow()),
        };
        LogRefused(logger, task, pointer.Sequence, reason);
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
