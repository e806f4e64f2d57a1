using Azure.Messaging;

namespace Understudy.Workflows.Events;

/// <summary>What this host does about one type of the product's events. It may be told of an event twice. Thread-safe.</summary>
public interface IEventHandler
{
    /// <summary>One of <see cref="EventTypes"/>.</summary>
    string Type { get; }

    /// <exception cref="EventInvalidException">Its data is not what the type promises.</exception>
    Task HandleAsync(CloudEvent cloudEvent, CancellationToken cancellationToken);
}
