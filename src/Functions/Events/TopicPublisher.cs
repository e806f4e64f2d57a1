using Azure.Core;
using Azure.Messaging.EventGrid;
using Microsoft.Extensions.Options;

namespace Understudy.Functions.Events;

/// <summary>One publisher for the topic, or none. Thread-safe.</summary>
internal sealed class TopicPublisher(IOptions<TopicOptions> options, TokenCredential credential)
{
    private readonly Lazy<EventGridPublisherClient?> _client = new(() =>
        options.Value.TopicEndpoint is { Length: > 0 } endpoint ? new(new Uri(endpoint), credential) : null);

    public ValueTask<EventGridPublisherClient?> GetAsync(CancellationToken cancellationToken) => new(_client.Value);
}
