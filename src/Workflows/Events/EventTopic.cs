using Azure.Messaging.EventGrid;

namespace Understudy.Workflows.Events;

/// <summary>The topic that events go to, given by the host; null when the host is configured with none.</summary>
public delegate ValueTask<EventGridPublisherClient?> EventTopic(CancellationToken cancellationToken);
