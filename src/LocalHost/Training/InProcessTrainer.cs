using System.Collections.Concurrent;
using Azure;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Releases.Sharing;
using Understudy.Inference.Signing;
using Understudy.LocalHost.Durable;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Retraining;

namespace Understudy.LocalHost.Training;

/// <summary>Trains in this process, one run at a time. A run that a crash cut off is found lost, and begins again when it is started again. Thread-safe.</summary>
internal sealed partial class InProcessTrainer(TrainingJob job, IWorkflowClient workflows, TimeProvider time, ILogger<InProcessTrainer> logger) : ITrainer, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<(CancellationTokenSource Stop, Task Work)>> _running = new();
    private readonly SemaphoreSlim _turn = new(1);

    public string? Unavailable => null;

    public async Task StartAsync(TrainingOrder order, CancellationToken cancellationToken)
    {
        if (await job.StateAsync(order, cancellationToken) is { Status: TrainingState.Done or TrainingState.Failed })
        {
            return;
        }

        _ = _running.GetOrAdd(order.Run, _ => new(() =>
        {
            var stop = new CancellationTokenSource();
            return (stop, Task.Run(() => RunAsync(order, stop.Token), CancellationToken.None));
        })).Value; // once, however often it is started
    }

    public async Task<TrainingState> LookAsync(TrainingOrder order, CancellationToken cancellationToken)
    {
        var isRunning = _running.ContainsKey(order.Run); // before its last word is read
        var state = await job.StateAsync(order, cancellationToken) ?? new(TrainingState.Running, TrainingState.Wait, 0, "", time.GetUtcNow());
        return state.Status == TrainingState.Running && !isRunning ? state with { Status = TrainingState.Lost } : state;
    }

    public async Task StopAsync(string run, CancellationToken cancellationToken)
    {
        if (_running.TryGetValue(run, out var running))
        {
            await running.Value.Stop.CancelAsync();
            await running.Value.Work.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var run in _running.Keys)
        {
            await StopAsync(run, CancellationToken.None);
        }

        _turn.Dispose();
    }

    private async Task RunAsync(TrainingOrder order, CancellationToken stop)
    {
        try
        {
            await _turn.WaitAsync(stop);
            try
            {
                await job.RunAsync(order, stop);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException or ReleasesAwayException or SigningException)
        {
            LogBrokeOff(logger, order.Run, error.Message.Split('\n')[0]);
        }
        finally
        {
            _running.TryRemove(order.Run, out _);
        }

        await TellAsync(order.Run);
    }

    /// <summary>The run looks by itself after a while; this only wakes it.</summary>
    private async Task TellAsync(string run)
    {
        try
        {
            await workflows.RaiseEventAsync(run, TrainingState.OverEvent, true);
        }
        catch (Exception error) when (error is WorkflowNotFoundException or EngineStoppedException or ObjectDisposedException)
        {
            // It is over, or the host stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The training of run {Run} broke off, since the storage, the releases or a key cannot be had; it begins again. {Reason}")]
    private static partial void LogBrokeOff(ILogger logger, string run, string reason);
}
