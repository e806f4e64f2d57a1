using Azure.Messaging;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;

namespace Understudy.Workflows.Rollouts;

/// <summary>Tells the topic how a rollout ended; returns false when the host has no topic.</summary>
internal sealed class PublishRolloutActivity(EventTopic topic) : Activity<RolloutPublication, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, RolloutPublication input)
    {
        if (await topic(context.CancellationToken) is not { } publisher)
        {
            return false;
        }

        var result = input.Result;
        var type = result.Outcome == RolloutResult.RolledBack ? EventTypes.ReleaseRejected : EventTypes.EdgeUpdated;
        var data = BinaryData.FromObjectAsJson(result, DurableJson.Options);
        var cloudEvent = new CloudEvent($"/understudy/tasks/{result.Task}", type, data, "application/json", CloudEventDataFormat.Json)
        {
            Id = input.OperationId,
            Subject = result.Version,
            Time = result.FinishedAt,
        };
        await publisher.SendEventAsync(cloudEvent, context.CancellationToken);
        return true;
    }
}
