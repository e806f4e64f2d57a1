using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Rollouts;

/// <summary>
/// Which rollout of a task is the latest, and which packages are on trial: a blob of <c>work</c> for each task, moved forward by compare-and-swap.
/// An earlier rollout, which may have waited for sites for long, sends no site back to its release, and no withdrawal leads a site to a release
/// whose rollout has not ended well. Thread-safe.
/// </summary>
internal sealed class RolloutOrder(BlobServiceClient blobs, TimeProvider time)
{
    private readonly BlobContainerClient _work = blobs.GetBlobContainerClient(BlobContainers.Work);

    /// <summary>Notes that a rollout has begun, whether or not it sends anything: earlier ones end.</summary>
    /// <param name="run">Its instance. One that begins again, as its step may, gets the number that it has while it is the latest.</param>
    /// <param name="since">When it began, by its host's clock.</param>
    /// <param name="package">The address of what it would send.</param>
    /// <param name="withLead">Whether the lead goes along; null where it had no choice, or is for some sites alone.</param>
    /// <returns>
    /// Its number among the task's rollouts: when it began. Where the latest one began further in the future than hosts' clocks may be apart, the clock
    /// was set back since, and this one's number is the next after that one's, as are those of the rollouts that follow.
    /// </returns>
    public async Task<DateTimeOffset> BeginAsync(string task, string run, DateTimeOffset since, string package, bool? withLead, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (known, version) = await ReadAsync(task, cancellationToken);
            var isOvertaken = known.Latest >= since;
            if (isOvertaken && known.LatestRun == run)
            {
                return known.Latest!.Value;
            }

            if (isOvertaken && since - time.GetUtcNow() > HostClocks.Apart)
            {
                return since; // it is from before the clock was set back, and what has a higher number began after it
            }

            if ((known.LatestBegan ?? known.Latest) is { } began && began >= since && began - time.GetUtcNow() <= HostClocks.Apart)
            {
                return since;
            }

            var number = isOvertaken ? known.Latest!.Value.AddTicks(1) : since;
            var begun = known with { Latest = number, LatestBegan = since, LatestRun = run, LatestPackage = package, WithLead = withLead ?? known.WithLead };
            if (await BlobOf(task).TryWriteJsonAsync(begun, version, cancellationToken))
            {
                return number;
            }
        }
    }

    /// <summary>Notes that a rollout is under way. Its package is on trial from now on, unless an earlier rollout of it ended well.</summary>
    /// <param name="since">Its number.</param>
    /// <param name="package">The address of what it sends.</param>
    /// <returns>False when a later one is.</returns>
    public async Task<bool> IsLatestAsync(string task, DateTimeOffset since, string package, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (known, version) = await ReadAsync(task, cancellationToken);
            if (known.Latest > since)
            {
                return false;
            }

            if ((known.Latest == since && known.Packages.Any(one => one.Address == package)) || await BlobOf(task).TryWriteJsonAsync(known.Begin(since, package), version, cancellationToken))
            {
                return true;
            }
        }
    }

    /// <summary>Notes that a rollout of a package ended well.</summary>
    /// <param name="since">Its number.</param>
    /// <returns>False when a later one is under way, and nothing is noted.</returns>
    public async Task<bool> EndAsync(string task, DateTimeOffset since, string package, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (known, version) = await ReadAsync(task, cancellationToken);
            if (known.Latest > since)
            {
                return false;
            }

            if (!known.IsOnTrial(package) || await BlobOf(task).TryWriteJsonAsync(known.End(package), version, cancellationToken))
            {
                return true;
            }
        }
    }

    /// <summary>Whether the task's last rollout to all sites that had the choice sent the lead along; false where that is not known.</summary>
    public async Task<bool> SentLeadAsync(string task, CancellationToken cancellationToken) => (await ReadAsync(task, cancellationToken)).Known.WithLead is true;

    /// <summary>What the latest rollout sends; null where that is not known.</summary>
    public async Task<string?> LatestPackageAsync(string task, CancellationToken cancellationToken) => (await ReadAsync(task, cancellationToken)).Known.LatestPackage;

    /// <summary>Whether no rollout of a package has ended well yet, though one began.</summary>
    public async Task<bool> IsOnTrialAsync(string task, string package, CancellationToken cancellationToken) =>
        (await ReadAsync(task, cancellationToken)).Known.IsOnTrial(package);

    private BlobClient BlobOf(string task) => _work.GetBlobClient($"rollouts/{task}.json");

    private async Task<(SentPackages Known, ETag? Version)> ReadAsync(string task, CancellationToken cancellationToken)
    {
        try
        {
            var content = (await BlobOf(task).DownloadContentAsync(cancellationToken)).Value;
            var written = content.Content.ToObjectFromJson<JsonElement>(DurableJson.Options);
            var known = written.ValueKind == JsonValueKind.String
                ? new(written.Deserialize<DateTimeOffset>(DurableJson.Options), []) // of before packages were noted
                : written.Deserialize<SentPackages>(DurableJson.Options);
            return (known is { Packages: not null } ? known : throw new JsonException(), content.Details.ETag);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return (new(null, []), null);
        }
        catch (JsonException)
        {
            return (new(null, []), ETag.All); // of no use, so it is replaced
        }
    }
}
