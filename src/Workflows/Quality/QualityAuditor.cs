using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Lessons;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Lessons;
using Understudy.Workflows.Shadows;

namespace Understudy.Workflows.Quality;

/// <summary>Asks the lead about the answers that were drawn, off the callers' path; stores the counts, and looks for drift.</summary>
internal sealed partial class QualityAuditor(
    QualityLog log, QualityFlush flush, SiteQuality sites, DriftWatch drift, ReleaseCatalog catalog, JointInference inference, LessonBuffer lessons, ShadowQueue shadows, TimeProvider time, ILogger<QualityAuditor> logger) : BackgroundService
{
    private const int AtOnce = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Between two looks at what sites report, in pauses.</summary>
    private const int PausesPerSites = 6;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(() => flush.StoreAsync(cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(AuditAsync(stoppingToken), WatchAsync(stoppingToken));

    private async Task AuditAsync(CancellationToken stopping)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stopping };
        try
        {
            await Parallel.ForEachAsync(log.Questions.ReadAllAsync(stopping), options, async (question, cancellationToken) =>
                await TryAsync(() => AskAsync(question, cancellationToken), cancellationToken));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was drawn and not asked about is weighted out.
        }
    }

    private async Task AskAsync(AuditQuestion question, CancellationToken cancellationToken)
    {
        using var lease = catalog.Acquire(question.Task, question.Release);
        var vote = await inference.AuditAsync(lease.Release, question.Item, cancellationToken);
        if (question.Store)
        {
            // What was drawn at random stands for all that was not: the thresholds of the next student are chosen by it.
            var item = question.Item with { Votes = [.. question.Item.Votes, vote] };
            lessons.Add(question.Task, Lesson.Of(lease.Release, item, "audit", time.GetUtcNow(), 1 / question.Share));
        }

        shadows.Audited(lease.Release, question.Item, vote);
        log.Audited(question, QualityLog.Said(lease.Release, vote) == question.Said);
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            for (var pauses = 1; await timer.WaitForNextTickAsync(stopping); pauses++)
            {
                await TryAsync(async () =>
                {
                    foreach (var task in await flush.StoreAsync(stopping))
                    {
                        await TryAsync(() => drift.LookAsync(task, stopping), stopping);
                    }
                }, stopping);
                if (pauses % PausesPerSites == 0)
                {
                    await TryAsync(() => LookAtSitesAsync(stopping), stopping);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The rest is stored when it has stopped.
        }
    }

    private async Task LookAtSitesAsync(CancellationToken stopping)
    {
        foreach (var task in catalog.ValidTasks((_, invalid) => LogFailed(logger, invalid.Message)).Where(task => task.Audit is not null))
        {
            await TryAsync(async () =>
            {
                if (await sites.GatherAsync(task.Name, stopping))
                {
                    await drift.LookAsync(task.Name, stopping);
                }
            }, stopping);
        }
    }

    /// <summary>Nothing that goes wrong here may end the watch, or the host with it.</summary>
    private async Task TryAsync(Func<Task> step, CancellationToken stopping)
    {
        try
        {
            await step();
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            LogFailed(logger, error is RequestFailedException failed ? $"storage answered {failed.Status}" : error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A step of the audit failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
