using System.Runtime.ExceptionServices;
using Azure;
using Microsoft.Extensions.Options;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Inference.Sites;
using Understudy.Inference.Tasks;

namespace Understudy.Edge.Updates;

/// <summary>
/// Carries out what the site's folder says: checks that the pointer is signed for this site and is newer than all before it, brings the package,
/// loads it beside what serves, tests it, and only then swaps. Whatever fails on the way is remembered with its reason, and what served goes on.
/// Killed anywhere, it goes on from the disk. One looks at a time.
/// </summary>
internal sealed partial class SiteUpdater(
    EdgeSettings settings,
    IOptions<EdgeOptions> options,
    SiteStore store,
    PackageShelf shelf,
    PackageDelivery delivery,
    SiteMemory memory,
    ReleaseSwap swap,
    ReleaseKeys keys,
    TimeProvider time,
    ILogger<SiteUpdater> logger)
{
    private ETag? _seen;
    private bool _settled;

    /// <summary>The looks in a row that left something in the same folder to be tried again, and when the last of them ended (a timestamp).</summary>
    public (int Looks, long At) Unsettled { get; private set; }

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
                settled &= await CarryOutAsync(task, channel, before, cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                trouble ??= error;
                settled &= !IsOfTheDisk(error);
            }

            before = (store.BytesRead, store.Reads);
            if (!memory[task].IsAs(known))
            {
                touched.Add(task);
                onChange?.Invoke(task);
            }
        }

        var pointedTo = top.Tasks.Values.Select(channel => channel.Current.Manifest).OfType<string>();
        await swap.TidyAsync([.. pointedTo]); // whatever came of it; not before, since what comes is copied from what is here
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

    private void Settle(bool settled) => (_settled, Unsettled) = (settled, settled ? default : (Unsettled.Looks + 1, time.GetTimestamp()));

    /// <summary>The top of the folder is no such thing: every task remembers it, and what serves goes on.</summary>
    private async Task<IReadOnlyList<string>> DistrustAsync(string reason, Action<string>? onChange)
    {
        List<string> touched = [];
        foreach (var task in memory.Tasks)
        {
            var known = memory[task];
            await swap.RefuseAsync(task, new() { Sequence = 0, MovedAt = time.GetUtcNow() }, reason, final: false, believed: false);
            if (!memory[task].IsAs(known))
            {
                touched.Add(task);
                onChange?.Invoke(task);
            }
        }

        return touched;
    }

    /// <returns>False when it is to be tried again.</returns>
    private async Task<bool> CarryOutAsync(string task, SiteChannel channel, (long Bytes, long Reads) before, CancellationToken cancellationToken)
    {
        var pointer = channel.Current;
        var known = memory[task];
        if (!IsSigned(task, pointer))
        {
            const string Reason = "no key that is trusted here signed the pointer for this site";
            if (!memory.Tasks.Contains(task) && !options.Value.TaskNames.Contains(task))
            {
                LogRefused(logger, task, pointer.Sequence, Reason); // anybody can make up names; they are not kept
                return true;
            }

            await swap.RefuseAsync(task, pointer, Reason, final: false, believed: false);
            return false;
        }

        if (pointer.Sequence < known.Sequence)
        {
            await swap.RefuseAsync(task, pointer, $"it is pointer {pointer.Sequence}, and pointer {known.Sequence} has been seen: an older one was put back", final: false);
            return false;
        }

        if (pointer.Sequence == known.Sequence)
        {
            return true;
        }

        var wasHere = pointer.Manifest is { } address && shelf.Find(address) is not null;
        try
        {
            await UpdateAsync(task, pointer, channel.Previous is { } previous && IsSigned(task, previous) ? previous : null, before, cancellationToken);
            return true;
        }
        catch (PackageInvalidException error)
        {
            // What was cut short or changed on the way may be whole tomorrow; it is looked at again.
            await swap.RefuseAsync(task, pointer, error.Message, final: false);
            return false;
        }
        catch (Exception error) when (IsOfTheDisk(error))
        {
            await swap.RefuseAsync(task, pointer, $"the site's disk does not take it: {error.Message}", final: false);
            return false;
        }
        catch (Exception error) when (wasHere && error is ReleaseInvalidException or SelfTestFailedException)
        {
            // What lay here, maybe for long, may have rotted; it comes from the cloud again.
            shelf.Remove(pointer.Manifest!);
            await swap.RefuseAsync(task, pointer, error is ReleaseInvalidException invalid ? string.Join(" ", invalid.Problems) : error.Message, final: false);
            return false;
        }
        catch (ReleaseInvalidException error)
        {
            shelf.Remove(pointer.Manifest!);
            await swap.RefuseAsync(task, pointer, string.Join(" ", error.Problems), final: true);
            return true;
        }
        catch (SelfTestFailedException error)
        {
            shelf.Remove(pointer.Manifest!);
            await swap.RefuseAsync(task, pointer, error.Message, final: true);
            return true;
        }
    }

    private async Task UpdateAsync(
        string task, ChannelPointer pointer, ChannelPointer? previous, (long Bytes, long Reads) before, CancellationToken cancellationToken)
    {
        var full = store.BytesRead - before.Bytes; // the folder with the pointers
        try
        {
            full += pointer is { Version: not null, Manifest: not null } ? await delivery.BringAsync(task, pointer, pointer.Manifest, cancellationToken) : 0;
        }
        catch (Exception) when (store.BytesRead > before.Bytes)
        {
            await swap.RememberAsync(task, pointer, before);
            throw;
        }

        await swap.ChangeAsync(task, pointer, previous, full, before, cancellationToken);
    }

    /// <summary>A full disk or a folder that may not be written stays so for a while, and what comes over the line in vain costs money.</summary>
    private static bool IsOfTheDisk(Exception error) => error is IOException or UnauthorizedAccessException;

    private bool IsSigned(string task, ChannelPointer pointer) => pointer.IsSignedFor(task, SiteFolder.ChannelOf(settings.Site), keys.Trust);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Task}: pointer {Sequence} is refused: {Reason}")]
    private static partial void LogRefused(ILogger logger, string task, long sequence, string reason);
}
