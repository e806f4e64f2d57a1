using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Understudy.Verifier.Scheduling;

/// <summary>
/// How many requests are inside: some take turns, some wait for a place, the others are turned away at once with the time after which a
/// place is to be expected. Verify streams have places of their own. Thread-safe.
/// </summary>
internal sealed class Admission : IDisposable
{
    private readonly ConcurrencyLimiter _requests, _streams;
    private readonly Drain _drain;
    private readonly TimeProvider _time;
    private readonly int _running, _streamPlaces;
    private double _secondsPerRequest = 1;

    public Admission(IOptions<SchedulingOptions> options, Drain drain, TimeProvider time)
    {
        (_drain, _time, _running, _streamPlaces) = (drain, time, options.Value.Running, options.Value.Streams);
        _requests = new(new() { PermitLimit = _running, QueueLimit = options.Value.Waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst });
        _streams = new(new() { PermitLimit = _streamPlaces, QueueLimit = 0 });
    }

    /// <summary>Requests that take turns.</summary>
    public int Running => _running - (int)_requests.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Requests that wait for a place.</summary>
    public int Waiting => (int)_requests.GetStatistics()!.CurrentQueuedCount;

    /// <summary>Open Verify streams.</summary>
    public int Streams => _streamPlaces - (int)_streams.GetStatistics()!.CurrentAvailablePermits;

    /// <summary>Waits for a place; dispose it when the request is done. Who waits when the service begins to drain still gets one.</summary>
    /// <exception cref="NoRoomException">As many wait as may.</exception>
    /// <exception cref="NotReadyException">The service drains.</exception>
    public async ValueTask<AdmissionPlace> EnterAsync(CancellationToken cancellationToken)
    {
        _drain.ThrowIfBegun();
        var lease = await _requests.AcquireAsync(1, cancellationToken);
        if (!lease.IsAcquired)
        {
            throw new NoRoomException($"{Running} requests are running and {Waiting} wait, which is as many as may (Scheduling:Running, Scheduling:Waiting). Try again after the time in Retry-After.", RetryAfter());
        }

        return new(lease, this, _time.GetTimestamp());
    }

    /// <summary>A place for a stream, or none: streams stay open for long, so nobody waits for one.</summary>
    /// <exception cref="NoRoomException">As many are open as may.</exception>
    /// <exception cref="NotReadyException">The service drains.</exception>
    public RateLimitLease EnterStream()
    {
        _drain.ThrowIfBegun();
        var lease = _streams.AttemptAcquire();
        return lease.IsAcquired
            ? lease
            : throw new NoRoomException($"{_streamPlaces} Verify streams are open, which is as many as may (Scheduling:Streams). End one, or try again after the time in retry-after.", TimeSpan.FromSeconds(5));
    }

    public void Dispose()
    {
        _requests.Dispose();
        _streams.Dispose();
    }

    internal void Left(long since)
    {
        var seconds = _time.GetElapsedTime(since).TotalSeconds;
        var mean = Volatile.Read(ref _secondsPerRequest);
        Volatile.Write(ref _secondsPerRequest, mean + (0.2 * (seconds - mean)));
    }

    /// <summary>When all who wait now will have had their turn, by how long requests took lately.</summary>
    private TimeSpan RetryAfter() =>
        TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(Volatile.Read(ref _secondsPerRequest) * (Waiting + 1) / _running), 1, 60));
}
