using System.Text.Json;
using Azure.Messaging;
using Microsoft.Extensions.Logging;

namespace Understudy.Workflows.Events;

/// <summary>
/// Takes the product's own CloudEvents as they come from the topic. What is no valid event, and what is of a type that is not known, is left with a
/// line in the log: it would be no better the next time. What a handler cannot do now is thrown on, so that the topic delivers it again.
/// Thread-safe.
/// </summary>
public sealed partial class EventReceiver(IEnumerable<IEventHandler> handlers, ILogger<EventReceiver> logger)
{
    private readonly Dictionary<string, IEventHandler> _handlers = handlers.ToDictionary(handler => handler.Type, StringComparer.Ordinal);

    /// <param name="json">One event in the CloudEvents 1.0 JSON format.</param>
    public async Task ReceiveAsync(string json, CancellationToken cancellationToken)
    {
        try
        {
            await ReceiveAsync(Parse(json), cancellationToken);
        }
        catch (EventInvalidException invalid)
        {
            LogInvalid(logger, invalid.Message);
        }
    }

    /// <exception cref="EventInvalidException">It is not one of the product's, or its data is not what its type promises.</exception>
    private async Task ReceiveAsync(CloudEvent cloudEvent, CancellationToken cancellationToken)
    {
        if (!cloudEvent.Source.StartsWith(EventTypes.SourcePrefix, StringComparison.Ordinal))
        {
            throw new EventInvalidException($"Event {cloudEvent.Id} comes from '{cloudEvent.Source}', not from '{EventTypes.SourcePrefix}…'.");
        }

        if (_handlers.TryGetValue(cloudEvent.Type, out var handler))
        {
            LogReceived(logger, cloudEvent.Type, cloudEvent.Id, cloudEvent.Subject);
            await handler.HandleAsync(cloudEvent, cancellationToken);
        }
        else if (!EventTypes.All.Contains(cloudEvent.Type))
        {
            LogUnhandled(logger, cloudEvent.Type, cloudEvent.Id);
        }
    }

    private static CloudEvent Parse(string json)
    {
        try
        {
            return CloudEvent.Parse(BinaryData.FromString(json)) ?? throw new EventInvalidException("The event is null.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new EventInvalidException($"An event is not CloudEvents 1.0: {exception.Message}", exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {Type} {Id}: {Subject}")]
    private static partial void LogReceived(ILogger logger, string type, string id, string? subject);

    [LoggerMessage(Level = LogLevel.Information, Message = "Event {Type} {Id} is of a type that is not known; it is ignored.")]
    private static partial void LogUnhandled(ILogger logger, string type, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An event is ignored. {Reason}")]
    private static partial void LogInvalid(ILogger logger, string reason);
}
