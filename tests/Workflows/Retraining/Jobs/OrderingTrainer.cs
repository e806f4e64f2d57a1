using Azure.Storage.Blobs;
using Understudy.Workflows.Retraining;
using Understudy.Workflows.Retraining.Jobs;

namespace Understudy.Workflows.Tests.Retraining.Jobs;

/// <summary>Lays orders there and starts nobody: the test is the job.</summary>
internal sealed class OrderingTrainer(BlobServiceClient blobs) : ITrainer
{
    private readonly TaskCompletionSource<TrainingOrder> _ordered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TrainingOrder> Ordered => _ordered.Task;

    public string? Unavailable => null;

    public async Task StartAsync(TrainingOrder order, CancellationToken cancellationToken)
    {
        await new OrderShelf(blobs, TimeProvider.System).PlaceAsync(order, cancellationToken);
        _ordered.TrySetResult(order);
    }

    public async Task<TrainingState> LookAsync(TrainingOrder order, CancellationToken cancellationToken) =>
        (await new TrainingStates(blobs).HearAsync(order, cancellationToken))?.State ?? new(TrainingState.Running, "wait", 0, "", TimeProvider.System.GetUtcNow());

    public Task StopAsync(string run, CancellationToken cancellationToken) => Task.CompletedTask;
}
