using System.Text.Json;
using Azure.Messaging;
using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Events;

internal static class EventData
{
    /// <summary>The event's data.</summary>
    /// <exception cref="EventInvalidException">There is none, or it is of another shape.</exception>
    public static T Read<T>(CloudEvent cloudEvent)
        where T : class
    {
        try
        {
            return cloudEvent.Data?.ToObjectFromJson<T>(DurableJson.Options)
                ?? throw new EventInvalidException($"Event {cloudEvent.Type} {cloudEvent.Id} has no data.");
        }
        catch (JsonException exception)
        {
            throw new EventInvalidException($"The data of event {cloudEvent.Type} {cloudEvent.Id} does not read as {typeof(T).Name}: {exception.Message}", exception);
        }
    }
}
