using Understudy.Workflows.Durable;

namespace Understudy.Workflows.Retention;

/// <summary>Removes old releases after a new one serves.</summary>
internal sealed class PruneReleasesActivity(ReleaseRetention retention) : Activity<PruneInput, RetentionReport>
{
    public override Task<RetentionReport> RunAsync(ActivityContext context, PruneInput input) => retention.PruneAsync(input.Task, input.Keep, dryRun: false, context.CancellationToken);
}
