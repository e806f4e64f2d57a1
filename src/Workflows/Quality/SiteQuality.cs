using Azure.Storage.Blobs;
using Understudy.Inference.Quality;
using Understudy.Inference.Sites;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Quality;

/// <summary>
/// Gathers how often the lead confirms what sites' students said, and what inputs they have, from the sites' reports. Of many hosts one looks at a time: the one that moves
/// the readings, so that nothing is counted twice. Thread-safe.
/// </summary>
internal sealed class SiteQuality(BlobServiceClient blobs, SiteReports reports, TimeProvider time)
{
    /// <summary>No task has more.</summary>
    private const int MostLabels = 1000;

    /// <summary>No site has asked the lead more often.</summary>
    private const long MostRuled = 1L << 40;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly BlobContainerClient _container = blobs.GetBlobContainerClient(BlobContainers.Quality);

    /// <summary>Looks at the reports, unless somebody did within five minutes. Where that was in the future by more, the clock was set back since.</summary>
    /// <returns>Whether the lead has ruled on anything since, or inputs were counted.</returns>
    public async Task<bool> GatherAsync(string task, CancellationToken cancellationToken)
    {
        var (before, tag) = await Blob(task).ReadJsonAsync<SiteReadings>(cancellationToken);
        var now = time.GetUtcNow();
        if (before is not null && (now - before.At).Duration() < Pause)
        {
            return false;
        }

        var sites = new Dictionary<string, SiteReading>(before?.Sites ?? new Dictionary<string, SiteReading>());
        var hours = (before?.Hours ?? []).Where(bucket => now - bucket.Hour < Kept).ToDictionary(bucket => (bucket.Release, bucket.Hour), bucket => bucket.Counts);
        var isNew = false;
        foreach (var site in await reports.SitesAsync(task, cancellationToken))
        {
            // A site can write what it likes: what cannot be is not counted.
            if (await reports.StatusAsync(site, task, cancellationToken) is not { Version: { } version, Counts: { } counts } || counts.Agreed < 0 || counts.Escalated < counts.Agreed || counts.Escalated > MostRuled)
            {
                continue;
            }

            var reading = new SiteReading(version, counts.Escalated, counts.Agreed, Inputs(counts));
            var more = More(sites.GetValueOrDefault(site), reading);
            // Of what sites had counted before the first look nobody knows when that was.
            if (before is not null && more is not { Ruled: 0, Inputs: null })
            {
                var hour = (version, new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero));
                var so = hours.GetValueOrDefault(hour, new());
                // What counts another number of labels than others of that release is no count of it.
                hours[hour] = so + (so.Inputs is { } inputs && more.Inputs?.Labels.Count != inputs.Labels.Count ? more with { Inputs = null } : more);
                isNew = true;
            }

            sites[site] = reading;
        }

        var after = new SiteReadings(now, sites, [.. hours.Select(hour => new QualityBucket(hour.Key.Item1, hour.Key.Item2, hour.Value))]);
        // Where another host was faster, it has counted the same.
        return await Blob(task).TryWriteJsonAsync(after, tag, cancellationToken) && isNew;
    }

    /// <summary>The sum of a release's hours from one that begins at <paramref name="from"/> or later.</summary>
    public async Task<QualityCounts> SumAsync(string task, string release, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var (readings, _) = await Blob(task).ReadJsonAsync<SiteReadings>(cancellationToken);
        return (readings?.Hours ?? []).Where(bucket => bucket.Release == release && bucket.Hour >= from).Aggregate(new QualityCounts(), (sum, bucket) => sum + bucket.Counts);
    }

    /// <summary>None where there were no inputs yet; null where they cannot be, or the agent is older than that.</summary>
    private static InputCounts? Inputs(SiteCounts counts) =>
        counts.Inputs is { } inputs ? inputs.CanBe(inputs.Labels.Count) && inputs.Labels.Count <= MostLabels ? inputs : null
        : counts.Answers == 0 ? InputCounts.None : null;

    private static QualityCounts More(SiteReading? before, SiteReading after)
    {
        var goesOn = before is not null && before.Release == after.Release && before.Escalated <= after.Escalated && before.Agreed <= after.Agreed;
        var inputs = after.Inputs;
        if (goesOn)
        {
            // What an agent had counted before it was first heard of inputs is left out, too.
            inputs = before!.Inputs is { } known ? after.Inputs?.Since(known) : null;
            goesOn = inputs is not null || before.Inputs is null || after.Inputs is null;
            inputs = goesOn ? inputs : after.Inputs;
        }

        var (escalated, agreed) = goesOn ? (after.Escalated - before!.Escalated, after.Agreed - before.Agreed) : (after.Escalated, after.Agreed);
        return new() { Ruled = escalated, RuledAgreed = Math.Min(agreed, escalated), Inputs = inputs is { Inputs: > 0 } ? inputs : null };
    }

    private BlobClient Blob(string task) => _container.GetBlobClient($"{task}/sites.json");
}
