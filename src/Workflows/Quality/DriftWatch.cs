using Azure.Messaging;
using Azure.Storage.Blobs;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;

namespace Understudy.Workflows.Quality;

/// <summary>Announces drift once in a cool-down, however many hosts see it: the one that moves the task's mark does. Thread-safe.</summary>
internal sealed class DriftWatch(QualityReader reader, BlobServiceClient blobs, EventTopic topic, TimeProvider time)
{
    /// <returns>Whether it was announced now.</returns>
    public async Task<bool> LookAsync(string task, CancellationToken cancellationToken)
    {
        if (await topic(cancellationToken) is not { } publisher)
        {
            return false;
        }

        var report = await reader.ReadAsync(task, cancellationToken, withMonth: false);
        if (!report.HasDrift)
        {
            return false;
        }

        var blob = blobs.GetBlobContainerClient(BlobContainers.Quality).GetBlobClient($"{task}/drift.json");
        var (before, tag) = await blob.ReadJsonAsync<DriftMark>(cancellationToken);
        var now = time.GetUtcNow();
        if (before is not null && before.Release == report.Release && before.At - now <= HostClocks.Apart && now - before.At < TimeSpan.FromHours(report.Audit!.CoolDownHours))
        {
            return false;
        }

        if (!await blob.TryWriteJsonAsync(new DriftMark(report.Release, now), tag, cancellationToken))
        {
            return false; // another host is about to
        }

        try
        {
            var data = new DriftDetected(task, report.Release, report.RecentFrom!.Value, report.Recent!, report.Calibrated!, report.Sites, report.Inputs);
            await publisher.SendEventAsync(
                new CloudEvent($"/understudy/tasks/{task}", EventTypes.DriftDetected, BinaryData.FromObjectAsJson(data, DurableJson.Options), "application/json", CloudEventDataFormat.Json)
                {
                    Id = $"drift-{task}-{report.Release}-{now.ToUnixTimeMilliseconds()}",
                    Subject = report.Release,
                    Time = now,
                },
                cancellationToken);
            return true;
        }
        catch
        {
            await blob.DeleteIfExistsAsync(cancellationToken: CancellationToken.None); // so that it is tried again
            throw;
        }
    }
}
