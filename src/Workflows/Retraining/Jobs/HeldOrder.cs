using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Understudy.Workflows.Retraining.Jobs;

/// <summary>An order that this process works on: its lease is renewed until it is disposed or lost.</summary>
internal sealed class HeldOrder : IAsyncDisposable
{
    /// <summary>The shortest that the storage has; renewed three times in it.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(15);

    private readonly BlobClient _blob;
    private readonly BlobLeaseClient _lease;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _over = new();
    private readonly Task _renewing;

    public HeldOrder(TrainingOrder order, BlobClient blob, BlobLeaseClient lease, TimeProvider time)
    {
        (Order, _blob, _lease, _time) = (order, blob, lease, time);
        _renewing = RenewAsync(_over.Token);
    }

    public TrainingOrder Order { get; }

    /// <summary>Cancelled when somebody took the order away, or the storage was away for longer than the lease.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>The order is carried out.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken) => await _blob.DeleteIfExistsAsync(
        conditions: new BlobRequestConditions { LeaseId = _lease.LeaseId }, cancellationToken: cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _renewing;
        try
        {
            await _lease.ReleaseAsync();
        }
        catch (Exception error) when (error is RequestFailedException or AggregateException)
        {
            // It is gone with the order, taken, or will run out.
        }

        _lost.Dispose();
        _over.Dispose();
    }

    private async Task RenewAsync(CancellationToken over)
    {
        using var timer = new PeriodicTimer(LeaseTime / 3, _time);
        var renewed = _time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                try
                {
                    await _lease.RenewAsync(cancellationToken: over);
                    renewed = _time.GetTimestamp();
                }
                catch (Exception error) when (error is not OperationCanceledException || !over.IsCancellationRequested)
                {
                    // Else the storage is away for a while.
                    if (error is RequestFailedException { Status: 404 or 409 or 412 } || _time.GetElapsedTime(renewed) >= LeaseTime)
                    {
                        await _lost.CancelAsync();
                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Over.
        }
    }
}
