using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.Workflows.Retention;
using Understudy.Workflows.Retraining;

namespace Understudy.LocalHost.Triggers;

/// <summary>Looks now and then whether a task has enough new lessons in <c>teacher-outputs</c>, and starts its retraining; lets the oldest go.</summary>
internal sealed partial class LessonTrigger(
    RetrainStarter starter, LessonRetention retention, TimeProvider time, IOptions<LessonTriggerOptions> options, ILogger<LessonTrigger> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await starter.NoticeAllAsync(stoppingToken);
                await retention.ForgetAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogLater(logger, exception.Message);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether there are new lessons could not be seen; looking again. {Reason}")]
    private static partial void LogLater(ILogger logger, string reason);
}
