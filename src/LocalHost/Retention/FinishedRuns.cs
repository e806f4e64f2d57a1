using System.Text.Json;
using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.LocalHost.Durable;
using Understudy.LocalHost.Events;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retention;

namespace Understudy.LocalHost.Retention;

/// <summary>Lets go, once a day, of runs that finished long ago. In Azure the storage's own rules clear what they leave.</summary>
internal sealed partial class FinishedRuns(
    DurableEngine engine, RunRetention retention, TimeProvider time, IOptions<KeepOptions> options, ILogger<FinishedRuns> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromDays(1);

    /// <summary>Does so now.</summary>
    /// <returns>How many runs went.</returns>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        if (options.Value.KeepDays == 0)
        {
            return 0;
        }

        var before = time.GetUtcNow() - TimeSpan.FromDays(options.Value.KeepDays);
        var forgotten = 0;
        long last = 0;
        while (Next(before, last) is { Count: > 0 } runs)
        {
            foreach (var (number, run) in runs)
            {
                last = number;
                forgotten += await retention.ForgetAsync(run, cancellationToken) ? 1 : 0;
            }
        }

        await retention.ForgetInputsAsync(before, cancellationToken);
        return forgotten;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                if (await ForgetAsync(stoppingToken) is > 0 and var forgotten)
                {
                    LogForgotten(logger, forgotten, options.Value.KeepDays);
                }
            }
            catch (Exception exception) when (exception is RequestFailedException or AggregateException or JsonException)
            {
                LogKept(logger, exception.Message.Split('\n')[0]);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private List<(long Number, WorkflowState State)> Next(DateTimeOffset before, long after)
    {
        using var connection = engine.OpenReader();
        return InstanceQuery.Finished(connection, [.. RunRetention.Workflows, DeliverEventWorkflow.Name.Value], before, after);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} runs were forgotten that finished over {Days} days ago.")]
    private static partial void LogForgotten(ILogger logger, int count, int days);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Runs that finished long ago could not be forgotten; again in a day. {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
