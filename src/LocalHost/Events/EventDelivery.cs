using System.Text.Json;
using Azure.Messaging;
using Understudy.Workflows;

namespace Understudy.LocalHost.Events;

/// <summary>One event on its way to one subscriber.</summary>
/// <param name="Event">In the CloudEvents JSON format.</param>
internal sealed record EventDelivery(string Subscriber, JsonElement Event)
{
    /// <summary>The same for an event that is published again: source and id identify a CloudEvent.</summary>
    public string IdFor(CloudEvent cloudEvent) => $"event-{ShortHash.Of($"{cloudEvent.Source}\n{cloudEvent.Id}\n{Subscriber}")}";
}
