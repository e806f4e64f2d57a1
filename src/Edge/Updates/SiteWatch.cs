using Microsoft.Extensions.Options;
using Understudy.Edge.Reports;

namespace Understudy.Edge.Updates;

/// <summary>
/// Lets serve what is on the disk, then looks into the folder again and again, and reports. A line that is down is no failure. What came changed
/// or cut short may stay so, and lines cost money: it is tried again after a pause that doubles, or at once when the folder is written.
/// </summary>
internal sealed partial class SiteWatch(ReleaseSwap swap, SiteUpdater updater, StatusReporter reporter, IOptions<EdgeOptions> options, TimeProvider time, ILogger<SiteWatch> logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private bool _isBlind, _isMute;

    private bool IsPausing => updater.Unsettled is (not 0 and var looks, var at)
        && time.GetElapsedTime(at).TotalSeconds < Math.Min(options.Value.PollSeconds * Math.Pow(2, looks), LongestPause.TotalSeconds);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await swap.RestoreAsync(cancellationToken); // before the first request
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PollSeconds), time);
        do
        {
            _isBlind = await FailsAsync(LookAsync, _isBlind, stoppingToken);
            _isMute = await FailsAsync(ReportAsync, _isMute, stoppingToken); // its trouble holds no update up
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private Task LookAsync(CancellationToken cancellationToken) => updater.LookAsync(cancellationToken, reporter.MarkChanged, again: !IsPausing);

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        await reporter.IntroduceAsync(cancellationToken);
        await reporter.ReportAsync(cancellationToken);
    }

    /// <param name="before">Whether it failed the last time; then it is not said again.</param>
    private async Task<bool> FailsAsync(Func<CancellationToken, Task> work, bool before, CancellationToken stoppingToken)
    {
        try
        {
            await work(stoppingToken);
            return false;
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            if (!before)
            {
                LogAway(logger, Describe(error));
            }

            return true;
        }
    }

    /// <summary>The storage client adds advice for programmers to what its attempts failed of.</summary>
    private static string Describe(Exception error) => error is AggregateException { InnerExceptions: [.., var last] } ? last.Message : error.Message;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The folder cannot be read or reports cannot be written; what serves goes on. {Reason}")]
    private static partial void LogAway(ILogger logger, string reason);
}
