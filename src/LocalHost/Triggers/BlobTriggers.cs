using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.Workflows.Intake;

namespace Understudy.LocalHost.Triggers;

/// <summary>The local blob trigger: looks often enough that nothing else needs to tell of blobs.</summary>
internal sealed partial class BlobTriggers(
    BlobReconciler reconciler, TimeProvider time, IOptions<BatchTriggerOptions> options, ILogger<BlobTriggers> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.PollMilliseconds), time);
        string? last = null;
        do
        {
            try
            {
                await reconciler.LookAsync(stoppingToken);
                last = null;
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException)
            {
                LogStorageAway(logger, exception.Message.Split('\n')[0]);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Thrown on, it would end the host; and a look comes every moment.
                if (exception.Message != last)
                {
                    LogFailed(logger, exception.Message.Split('\n')[0]);
                }

                last = exception.Message;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Not every blob was taken; looking again. {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The blob storage cannot be reached; looking again. {Reason}")]
    private static partial void LogStorageAway(ILogger logger, string reason);
}
