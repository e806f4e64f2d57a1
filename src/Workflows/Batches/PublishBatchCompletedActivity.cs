using Azure.Messaging;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;

namespace Understudy.Workflows.Batches;

/// <summary>Tells the topic that a batch is done; returns false when the host has no topic.</summary>
internal sealed class PublishBatchCompletedActivity(EventTopic topic) : Activity<BatchCompletedInput, bool>
{
    public override async Task<bool> RunAsync(ActivityContext context, BatchCompletedInput input)
    {
        if (await topic(context.CancellationToken) is not { } publisher)
        {
            return false;
        }

        var summary = input.Summary;
        var data = BinaryData.FromObjectAsJson(new BatchCompleted(input.OperationId, summary), DurableJson.Options);
        var cloudEvent = new CloudEvent(
            $"{EventTypes.SourcePrefix}tasks/{summary.Task}", EventTypes.BatchCompleted, data, "application/json", CloudEventDataFormat.Json)
        {
            Id = input.OperationId,
            Subject = summary.Results,
            Time = summary.FinishedAt,
        };
        await publisher.SendEventAsync(cloudEvent, context.CancellationToken);
        return true;
    }
}
