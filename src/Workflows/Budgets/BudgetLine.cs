using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Understudy.Inference.Budgets;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Budgets;

/// <summary>
/// One account, in a blob that several hosts write: each write replaces what it has read (compare-and-swap on the ETag), or reads again. What
/// callers of this host want meanwhile waits and goes into the next write together, so that a write carries as many of them as there are.
/// Thread-safe.
/// </summary>
internal sealed class BudgetLine(BlobClient blob, TimeProvider time)
{
    private const int MaxAttempts = 200;

    /// <summary>A refusal is not looked into again for so long: the account of a spent day is asked about often.</summary>
    private static readonly TimeSpan RefusalHolds = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private List<BudgetEntry> _waiting = [];
    private bool _writing;

    // Those who write, one at a time, know these.
    private BudgetDay? _day;
    private ETag? _tag;
    private DateTimeOffset _readAt;

    /// <summary>Writes of the blob, tries included that another host was ahead of.</summary>
    public long Writes { get; private set; }

    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return !_writing;
            }
        }
    }

    /// <summary>True when it is in the account; false for a reservation that does not fit.</summary>
    public Task<bool> EnterAsync(BudgetEntry entry)
    {
        lock (_gate)
        {
            _waiting.Add(entry);
            if (!_writing)
            {
                _writing = true;
                _ = WriteAllAsync();
            }
        }

        return entry.Done;
    }

    /// <summary>The account as it stands in the blob.</summary>
    public async Task<BudgetDay> ReadAsync(CancellationToken cancellationToken) => (await DownloadAsync(cancellationToken)).Day;

    private async Task WriteAllAsync()
    {
        await Task.Yield();
        while (true)
        {
            List<BudgetEntry> entries;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _writing = false;
                    return;
                }

                (entries, _waiting) = (_waiting, []);
            }

            try
            {
                await WriteAsync(entries);
            }
            catch (Exception error)
            {
                _day = null;
                entries.ForEach(entry => entry.Fail(error));
            }
        }
    }

    private async Task WriteAsync(List<BudgetEntry> entries)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (_day is null)
            {
                (_day, _tag) = await DownloadAsync(CancellationToken.None);
                _readAt = time.GetUtcNow();
            }

            var next = _day.Copy();
            var changed = next.Expire(time.GetUtcNow());

            // What comes back comes first, unless it is of a reservation that is still to be written.
            var ordered = entries.OrderBy(entry => entry.IsReservation ? 1 : next.Open.ContainsKey(entry.Reservation.Id) ? 0 : 2).ToList();
            var passed = ordered.ConvertAll(entry => entry.Write(next, ref changed));
            if (passed.Contains(false) && time.GetUtcNow() - _readAt >= RefusalHolds)
            {
                _day = null; // another host may have settled since
                continue;
            }

            if (!changed || await TryUploadAsync(next))
            {
                ordered.Zip(passed).ToList().ForEach(pair => pair.First.Complete(pair.Second));
                return;
            }

            if (attempt == MaxAttempts)
            {
                throw new InvalidOperationException($"Other hosts were ahead {MaxAttempts} times.");
            }

            _day = null;
            var spread = entries[0].Reservation.Id.GetHashCode(StringComparison.Ordinal) & 1023;
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(attempt, 10) * spread / 200.0), time);
        }
    }

    private async Task<(BudgetDay Day, ETag? Tag)> DownloadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var content = (await blob.DownloadContentAsync(cancellationToken)).Value;
            return (content.Content.ToObjectFromJson<BudgetDay>(DurableJson.Options)!, content.Details.ETag);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return (new(), null);
        }
    }

    private async Task<bool> TryUploadAsync(BudgetDay day)
    {
        Writes++;
        try
        {
            var uploaded = await blob.UploadAsync(new BinaryData(JsonSerializer.SerializeToUtf8Bytes(day, DurableJson.Options)), new BlobUploadOptions
            {
                Conditions = _tag is { } tag ? new() { IfMatch = tag } : new() { IfNoneMatch = ETag.All },
                HttpHeaders = new() { ContentType = "application/json" },
            });
            (_day, _tag, _readAt) = (day, uploaded.Value.ETag, time.GetUtcNow());
            return true;
        }
        catch (RequestFailedException error) when (error.Status is 409 or 412)
        {
            return false;
        }
    }
}
