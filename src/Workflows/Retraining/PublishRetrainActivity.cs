using Azure.Messaging;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;

namespace Understudy.Workflows.Retraining;

/// <summary>Tells the topic that a release was published or rejected; returns false when the host has no topic.</summary>
internal sealed class PublishRetrainActivity(EventTopic topic, TimeProvider time) : Activity<RetrainResult, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, RetrainResult input)
    {
        if (await topic(context.CancellationToken) is not { } publisher)
        {
            return false;
        }

        await publisher.SendEventAsync(
            new CloudEvent(
                $"/understudy/tasks/{input.Task}",
                input.Accepted ? EventTypes.ReleasePublished : EventTypes.ReleaseRejected,
                BinaryData.FromObjectAsJson(input, DurableJson.Options),
                "application/json",
                CloudEventDataFormat.Json)
            {
                Id = context.InstanceId,
                Subject = $"{input.Task}/{input.Version}",
                Time = time.GetUtcNow(),
            },
            context.CancellationToken);
        return true;
    }
}
