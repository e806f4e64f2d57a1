namespace Understudy.Verifier.Scheduling;

/// <summary>Whether the service is about to stop: from then on nothing new is taken in, and what runs has until <see cref="Expired"/>. Thread-safe.</summary>
internal sealed class Drain : IDisposable
{
    private readonly CancellationTokenSource _expired = new();
    private volatile bool _begun;
    private int _unanswered;

    public bool HasBegun => _begun;

    /// <summary>The time is up: what still runs stops within one step.</summary>
    public CancellationToken Expired => _expired.Token;

    /// <summary>Requests whose answer has not been sent to its end; probes are none.</summary>
    public int Unanswered => Volatile.Read(ref _unanswered);

    /// <summary>Counts a request until its answer is out, which is later than its handler's end.</summary>
    public Task CountAsync(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Path.StartsWithSegments("/health") && !http.Request.Path.StartsWithSegments("/metrics"))
        {
            Interlocked.Increment(ref _unanswered);
            http.Response.OnCompleted(() =>
            {
                Interlocked.Decrement(ref _unanswered);
                return Task.CompletedTask;
            });
        }

        return next(http);
    }

    /// <exception cref="NotReadyException">It has begun.</exception>
    public void ThrowIfBegun()
    {
        if (HasBegun)
        {
            throw new NotReadyException("The service is stopping and takes nothing new. Send the request again; another instance will answer it.");
        }
    }

    public void Begin() => _begun = true;

    public void Expire() => _expired.Cancel();

    public void Dispose() => _expired.Dispose();
}
