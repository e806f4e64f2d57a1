using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Retraining;

namespace Understudy.Workflows.Shadows;

/// <summary>
/// Lets candidates answer what the release that serves answers on this host, one request after the other, and stores what it counts. Whichever
/// host a shadow was ordered on, each one that has traffic takes part. Thread-safe.
/// </summary>
internal sealed partial class ShadowRunner(
    ShadowQueue queue, ShadowStore store, BlobServiceClient blobs, ReleaseCatalog catalog, JointInference inference, TimeProvider time, ILogger<ShadowRunner> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks for orders, in pauses.</summary>
    private const int PausesPerLook = 5;

    private readonly ConcurrentDictionary<string, ShadowCandidate> _candidates = new();

    /// <summary>Who looks or stores.</summary>
    private readonly SemaphoreSlim _looking = new(1);

    /// <summary>Who uses a candidate or its counts.</summary>
    private readonly SemaphoreSlim _using = new(1);

    /// <summary>Loads the candidates that are to answer by now, and lets go of those that are not any more.</summary>
    /// <param name="cancellationToken">Heard.</param>
    /// <param name="own">The order that is to be carried out: if its candidate cannot be loaded, that is thrown. What is wrong with another is logged.</param>
    public async Task LookAsync(CancellationToken cancellationToken, ShadowOrder? own = null)
    {
        await _looking.WaitAsync(cancellationToken);
        try
        {
            var orders = await store.OrdersAsync(cancellationToken);
            foreach (var candidate in _candidates.Values.Where(candidate => !orders.Contains(candidate.Order)).ToList())
            {
                await StoreAsync(candidate, cancellationToken);
                await LetGoAsync(candidate);
            }

            foreach (var order in orders.Where(order => order.Until > time.GetUtcNow() && !_candidates.ContainsKey(order.Training.Task)))
            {
                try
                {
                    await LoadAsync(order, cancellationToken);
                }
                catch (Exception error) when (order != own && !cancellationToken.IsCancellationRequested)
                {
                    LogFailed(logger, error.Message); // the others' are loaded
                }
            }

            await StoreAllAsync(cancellationToken);
        }
        finally
        {
            _looking.Release();
        }
    }

    private async Task LoadAsync(ShadowOrder order, CancellationToken cancellationToken)
    {
        var training = order.Training;
        var loaded = await LoadedCandidate.LoadAsync(blobs, catalog, training, order.Version, order.CreatedAt, withLead: false, order.Measured, cancellationToken);
        _candidates[training.Task] = new(order, loaded, HostName.Of(time.GetUtcNow()));
        queue.Watch(training.Task, training.Serving);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await TryAsync(() => StoreAllAsync(cancellationToken), cancellationToken);
        }
        finally
        {
            foreach (var candidate in _candidates.Values)
            {
                await LetGoAsync(candidate);
            }
        }
    }

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(AnswerAsync(stoppingToken), WatchAsync(stoppingToken));

    private async Task AnswerAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var request in queue.ReadAllAsync(stopping))
            {
                await TryAsync(() => AskAsync(request, stopping), stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What waits is not counted.
        }
    }

    private async Task AskAsync(ShadowRequest request, CancellationToken cancellationToken)
    {
        await _using.WaitAsync(cancellationToken);
        try
        {
            if (_candidates.TryGetValue(request.Task, out var candidate) && time.GetUtcNow() < candidate.Order.Until)
            {
                await candidate.AskAsync(inference, request.Inputs, cancellationToken);
            }
        }
        finally
        {
            _using.Release();
        }
    }

    private async Task WatchAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            await TryAsync(() => LookAsync(stopping), stopping);
            for (var pauses = 1; await timer.WaitForNextTickAsync(stopping); pauses++)
            {
                // Without traffic there is nothing to look for.
                var looks = pauses % PausesPerLook == 0 && (queue.TakeAnswered() || !_candidates.IsEmpty);
                await TryAsync(() => looks ? LookAsync(stopping) : StoreAllAsync(stopping), stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The rest is stored when it has stopped.
        }
    }

    private async Task StoreAllAsync(CancellationToken cancellationToken)
    {
        foreach (var candidate in _candidates.Values)
        {
            await StoreAsync(candidate, cancellationToken);
        }
    }

    private async Task StoreAsync(ShadowCandidate candidate, CancellationToken cancellationToken)
    {
        await _using.WaitAsync(cancellationToken);
        try
        {
            if (queue.TakeDropped(candidate.Order.Training.Task) is > 0 and var dropped)
            {
                candidate.Add(new() { Dropped = dropped });
            }

            if (!candidate.IsNew)
            {
                return;
            }

            if (await store.WriteAsync(candidate.Order, candidate.Name, candidate.Counts, candidate.Written, cancellationToken) is { } written)
            {
                (candidate.Written, candidate.IsNew) = (written, false);
                return;
            }
        }
        finally
        {
            _using.Release();
        }

        await LetGoAsync(candidate); // the run is over
    }

    private async Task LetGoAsync(ShadowCandidate candidate)
    {
        await _using.WaitAsync(CancellationToken.None);
        try
        {
            if (_candidates.TryRemove(KeyValuePair.Create(candidate.Order.Training.Task, candidate)))
            {
                queue.Forget(candidate.Order.Training.Task);
                candidate.Dispose();
            }
        }
        finally
        {
            _using.Release();
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "A step of a shadow failed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
