using Azure;
using Azure.Messaging;
using Azure.Storage.Blobs;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;

namespace Understudy.Workflows.Retraining.Jobs;

/// <summary>The job's side: takes the orders that wait, one after the other, and carries them out. Thread-safe.</summary>
/// <param name="blobs">Where orders and lessons are.</param>
/// <param name="job">Trains.</param>
/// <param name="topic">Is told when a training is over.</param>
/// <param name="time">For heartbeats and leases.</param>
public sealed class OrderedTraining(BlobServiceClient blobs, TrainingJob job, EventTopic topic, TimeProvider time)
{
    private readonly OrderShelf _orders = new(blobs, time);

    /// <summary>Carries out what waits and nobody else works on.</summary>
    /// <param name="only">A run; null for every one that waits.</param>
    /// <param name="say">Told what happens, in a line.</param>
    /// <returns>The runs whose training is over; whether it went well their states say.</returns>
    /// <exception cref="OperationCanceledException">It was told to stop: what was under way is given back.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(string? only, Action<string> say, CancellationToken cancellationToken)
    {
        List<string> waiting = [];
        await foreach (var run in _orders.RunsAsync(cancellationToken))
        {
            waiting.Add(run);
        }

        List<string> over = [];
        foreach (var run in waiting.Where(run => only is null || run == only))
        {
            await using var held = await _orders.TryTakeAsync(run, cancellationToken);
            if (held is not null && await TrainAsync(held, say, cancellationToken))
            {
                over.Add(run);
            }
        }

        return over;
    }

    private async Task<bool> TrainAsync(HeldOrder held, Action<string> say, CancellationToken cancellationToken)
    {
        var order = held.Order;
        say($"Training for {order.Run}: task '{order.Task}', from release '{order.Serving}'.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, held.Lost);
        try
        {
            await job.RunAsync(order, stop.Token);
        }
        catch (OperationCanceledException) when (held.Lost.IsCancellationRequested)
        {
            say($"{order.Run} was taken away or stopped.");
            return false;
        }
        catch (OperationCanceledException)
        {
            await job.GiveBackAsync(order, CancellationToken.None);
            throw;
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            say($"{order.Run} is over: its lessons are gone.");
            await held.RemoveAsync(cancellationToken);
            return false;
        }

        await held.RemoveAsync(cancellationToken);
        await TellAsync(order, say, cancellationToken);
        return true;
    }

    /// <summary>The run looks by itself after a while; this only wakes it.</summary>
    private async Task TellAsync(TrainingOrder order, Action<string> say, CancellationToken cancellationToken)
    {
        try
        {
            if (await topic(cancellationToken) is { } publisher)
            {
                var data = BinaryData.FromObjectAsJson(new TrainingOver(order.Run), DurableJson.Options);
                await publisher.SendEventAsync(
                    new CloudEvent($"{EventTypes.SourcePrefix}tasks/{order.Task}", EventTypes.TrainingOver, data, "application/json", CloudEventDataFormat.Json)
                    {
                        Subject = $"trainings/{order.Run}",
                        Time = time.GetUtcNow(),
                    },
                    cancellationToken);
            }
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            say($"That {order.Run} is over could not be announced: {error.Message.Split('\n')[0]}");
        }
    }
}
