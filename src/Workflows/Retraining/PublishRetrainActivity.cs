using Azure.Messaging;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;
using Understudy.Workflows.Releases;
using Understudy.Workflows.Rollouts;

namespace Understudy.Workflows.Retraining;

/// <summary>
/// Tells the topic that a release serves or was rejected, and sends one that serves on its way to the edge sites. Returns the rollout's id;
/// null where there is none.
/// </summary>
internal sealed class PublishRetrainActivity(EventTopic topic, ReleaseAnnouncer announcer, RolloutStarter rollouts, SiteReports sites, TimeProvider time)
    : Activity<RetrainResult, string?>
{
    public override async Task<string?> RunAsync(ActivityContext context, RetrainResult input)
    {
        if (!input.Accepted)
        {
            await RejectAsync(context, input);
            return null;
        }

        await announcer.AnnounceAsync(input.Task, context.CancellationToken);
        return (await sites.SitesAsync(input.Task, context.CancellationToken)).Count == 0
            ? null
            : await rollouts.StartAsync(input.Task, input.Version, null, context.InstanceId, context.CancellationToken);
    }

    private async Task RejectAsync(ActivityContext context, RetrainResult input)
    {
        if (await topic(context.CancellationToken) is not { } publisher)
        {
            return;
        }

        var data = BinaryData.FromObjectAsJson(input, DurableJson.Options);
        await publisher.SendEventAsync(
            new CloudEvent($"{EventTypes.SourcePrefix}tasks/{input.Task}", EventTypes.ReleaseRejected, data, "application/json", CloudEventDataFormat.Json)
            {
                Id = context.InstanceId,
                Subject = $"releases/{input.Task}/{input.Version}",
                Time = time.GetUtcNow(),
            },
            context.CancellationToken);
    }
}
