using Microsoft.Extensions.Options;

namespace Understudy.Verifier.Scheduling;

/// <summary>
/// Who may run a model now. Whoever waits is served in the order in which they came, and a generation that has made its step goes to the
/// end of the line: so requests share the cores step by step, and a short one is not held up by a long one. Thread-safe.
/// </summary>
internal sealed class StepTurns(IOptions<SchedulingOptions> options) : IDisposable
{
    // Its asynchronous waiters are served first come, first served, and Release hands over to one of them: nobody can push in.
    private readonly SemaphoreSlim _lanes = new(options.Value.Lanes);
    private long _taken;
    private int _waiting;

    /// <summary>Turns so far.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Those in line.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Waits for a turn; dispose it when the step is done.</summary>
    public async ValueTask<StepTurn> TakeAsync(CancellationToken cancellationToken)
    {
        // Counted once it stands in line and not before, so that whoever sees the count knows who comes first.
        var lane = _lanes.WaitAsync(cancellationToken);
        Interlocked.Increment(ref _waiting);
        try
        {
            await lane;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        Interlocked.Increment(ref _taken);
        return new(_lanes);
    }

    public void Dispose() => _lanes.Dispose();
}
