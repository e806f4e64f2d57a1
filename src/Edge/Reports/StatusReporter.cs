using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Understudy.Edge.Escalation;
using Understudy.Edge.Releases;
using Understudy.Edge.Updates;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Reports;

/// <summary>Writes what the site is and does to <c>edge-reports/{site}/</c>: at once when something changed, else now and then. Used by one watch.</summary>
internal sealed class StatusReporter(
    EdgeSettings settings, IOptions<EdgeOptions> options, SiteStore store, SiteMemory memory, PackageShelf shelf, TaskAccounts accounts, EscalationQueue queue, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, bool> _changed = new(memory.Tasks.Select(task => KeyValuePair.Create(task, true)));
    private long? _introducedAt, _reportedAt; // timestamps, since clocks are set

    /// <summary>What the next report is to say of a task as soon as it can.</summary>
    public void MarkChanged(string task) => _changed[task] = true;

    /// <summary>Says that there is such a site; again every day, because old reports are deleted.</summary>
    public async Task IntroduceAsync(CancellationToken cancellationToken)
    {
        if (IsDue(_introducedAt, TimeSpan.FromDays(1)))
        {
            var now = time.GetTimestamp();
            var presence = new SitePresence(settings.Site, options.Value.TaskNames, time.GetUtcNow());
            await store.WriteReportAsync(SiteFolder.PresenceBlob(settings.Site), JsonSerializer.SerializeToUtf8Bytes(presence, SiteJson.Options), cancellationToken);
            _introducedAt = now;
        }
    }

    public async Task ReportAsync(CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        var due = IsDue(_reportedAt, TimeSpan.FromSeconds(options.Value.ReportSeconds));
        foreach (var task in due ? memory.Tasks : [.. _changed.Keys])
        {
            _changed.TryRemove(task, out _);
            try
            {
                await store.WriteReportAsync(SiteFolder.StatusBlob(settings.Site, task), JsonSerializer.SerializeToUtf8Bytes(StatusOf(task), SiteJson.Options), cancellationToken);
            }
            catch
            {
                _changed[task] = true;
                throw;
            }
        }

        if (due)
        {
            _reportedAt = now;
        }
    }

    public SiteStatus StatusOf(string task)
    {
        var known = memory[task];
        var serving = options.Value.Takes(task) ? known.Current : null;
        return new()
        {
            Site = settings.Site,
            Task = task,
            Version = serving is null ? null : shelf.Find(serving)?.Version,
            Package = serving,
            Sequence = known.Sequence,
            Refusal = known.Refusal,
            SelfTest = known.SelfTest,
            BytesSent = known.BytesSent,
            BytesFull = known.BytesFull,
            Reads = known.Reads,
            Counts = accounts.Of(task) with { Queued = queue.Count(task) },
            At = time.GetUtcNow(),
        };
    }

    private bool IsDue(long? last, TimeSpan pause) => last is not { } at || time.GetElapsedTime(at) >= pause;
}
