using Azure.Messaging;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Workflows.Quality;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Events;

/// <summary>Says in the log that a task's inputs or answers have drifted, where an alert looks for it, and has the task's student retrained, once a day at most.</summary>
internal sealed partial class DriftHandler(RetrainStarter retraining, ILogger<DriftHandler> logger) : IEventHandler
{
    private const int LongestData = 2000;

    public string Type => EventTypes.DriftDetected;

    public async Task HandleAsync(CloudEvent cloudEvent, CancellationToken cancellationToken)
    {
        var data = cloudEvent.Data?.ToString() ?? throw new EventInvalidException($"Event {cloudEvent.Type} {cloudEvent.Id} has no data.");
        LogDrift(logger, cloudEvent.Subject ?? cloudEvent.Source, data.Length > LongestData ? data[..LongestData] : data);
        try
        {
            await retraining.DriftedAsync(EventData.Read<DriftDetected>(cloudEvent).Task, cancellationToken);
        }
        catch (Exception exception) when (exception is TaskNotFoundException or TaskInvalidException or ReleaseNotFoundException or ReleaseInvalidException)
        {
            LogNotRetrained(logger, cloudEvent.Subject ?? cloudEvent.Source, exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Drift detected in {Subject}: {Data}")]
    private static partial void LogDrift(ILogger logger, string subject, string data);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Nothing is retrained for {Subject}: {Reason}")]
    private static partial void LogNotRetrained(ILogger logger, string subject, string reason);
}
