using Azure.Messaging;
using Microsoft.Extensions.Logging;

namespace Understudy.Workflows.Events;

/// <summary>Says in the log that a task's inputs or answers have drifted, where an alert looks for it.</summary>
internal sealed partial class DriftHandler(ILogger<DriftHandler> logger) : IEventHandler
{
    private const int LongestData = 500;

    public string Type => EventTypes.DriftDetected;

    public Task HandleAsync(CloudEvent cloudEvent, CancellationToken cancellationToken)
    {
        var data = cloudEvent.Data?.ToString() ?? throw new EventInvalidException($"Event {cloudEvent.Type} {cloudEvent.Id} has no data.");
        LogDrift(logger, cloudEvent.Subject ?? cloudEvent.Source, data.Length > LongestData ? data[..LongestData] : data);
        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Drift detected in {Subject}: {Data}")]
    private static partial void LogDrift(ILogger logger, string subject, string data);
}
