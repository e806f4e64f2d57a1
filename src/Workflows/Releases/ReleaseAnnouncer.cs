using Azure.Messaging;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Releases;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;

namespace Understudy.Workflows.Releases;

/// <summary>Tells the topic that a task's stable channel has moved. Thread-safe.</summary>
public sealed partial class ReleaseAnnouncer(EventTopic topic, ReleaseCatalog catalog, ILogger<ReleaseAnnouncer> logger)
{
    /// <summary>Announces what serves the task now. The channel has moved already, so a topic that is away is no failure: it is logged.</summary>
    public async Task AnnounceAsync(string task, CancellationToken cancellationToken)
    {
        if (catalog.Pointer(task, "stable") is not { Version: { } version } pointer)
        {
            return;
        }

        try
        {
            if (await topic(cancellationToken) is { } publisher)
            {
                await publisher.SendEventAsync(Event(new(task, version, pointer.Sequence), pointer.MovedAt), cancellationToken);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnannounced(logger, task, version, exception.Message.Split('\n')[0]);
        }
    }

    private static CloudEvent Event(ReleasePublished published, DateTimeOffset at) => new(
        $"{EventTypes.SourcePrefix}tasks/{published.Task}", EventTypes.ReleasePublished,
        BinaryData.FromObjectAsJson(published, DurableJson.Options), "application/json", CloudEventDataFormat.Json)
    {
        // The same pointer is the same event, however often it is announced.
        Id = $"release-{published.Task}-{published.Sequence}",
        Subject = $"releases/{published.Task}/{published.Version}",
        Time = at,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Release {Version} of task {Task} serves, but could not be announced: {Reason}")]
    private static partial void LogUnannounced(ILogger logger, string task, string version, string reason);
}
