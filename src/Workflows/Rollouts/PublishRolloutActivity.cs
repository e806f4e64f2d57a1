using Azure.Messaging;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;

namespace Understudy.Workflows.Rollouts;

/// <summary>Tells how a rollout ended: later ones, whether its release may be gone back to, and the topic; returns false when the host has no topic.</summary>
internal sealed class PublishRolloutActivity(EventTopic topic, RolloutOrder order) : Activity<RolloutPublication, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, RolloutPublication input)
    {
        var result = input.Result;
        if (result.Outcome == RolloutResult.Completed)
        {
            await order.EndAsync(result.Task, result.StartedAt, result.Package, context.CancellationToken); // what began by a program of before has no step of its own for it
        }

        if (await topic(context.CancellationToken) is not { } publisher)
        {
            return false;
        }

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
