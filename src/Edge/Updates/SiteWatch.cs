using Azure;
using Microsoft.Extensions.Options;
using Understudy.Edge.Reports;
using Understudy.Inference.Sites;

namespace Understudy.Edge.Updates;

/// <summary>Lets serve what is on the disk, then looks into the folder again and again, and reports. A line that is down is no failure.</summary>
internal sealed partial class SiteWatch(SiteUpdater updater, StatusReporter reporter, IOptions<EdgeOptions> options, TimeProvider time, ILogger<SiteWatch> logger) : BackgroundService
{
    private bool _isAway;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await updater.RestoreAsync(cancellationToken); // before the first request
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PollSeconds), time);
        do
        {
            try
            {
                await reporter.IntroduceAsync(stoppingToken);
                foreach (var task in await updater.LookAsync(stoppingToken))
                {
                    reporter.MarkChanged(task);
                }

                await reporter.ReportAsync(stoppingToken);
                _isAway = false;
            }
            catch (Exception error) when (error is RequestFailedException or AggregateException or IOException or PackageInvalidException || (error is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                if (!_isAway)
                {
                    LogAway(logger, error.Message);
                }

                _isAway = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The folder cannot be read or reports cannot be written; what serves goes on. {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
