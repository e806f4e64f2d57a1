namespace Understudy.LocalHost.Durable;

/// <summary>
/// Where the awaits of one workflow continue: on the engine's thread, within the turn that woke them. A continuation from
/// anywhere else means that the code awaited a task of someone else.
/// </summary>
internal sealed class WorkflowSynchronizationContext(Action onForeign) : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _continuations = new();
    private int _turnThread;

    /// <summary>True on the thread that runs the workflow's code just now.</summary>
    public bool IsInTurn => Volatile.Read(ref _turnThread) == Environment.CurrentManagedThreadId;

    /// <summary>Runs <paramref name="turn"/> and every continuation that it sets free.</summary>
    public void RunTurn<TState>(Action<TState> turn, TState state)
    {
        var previous = Current;
        SetSynchronizationContext(this);
        Volatile.Write(ref _turnThread, Environment.CurrentManagedThreadId);
        try
        {
            turn(state);
            while (_continuations.TryDequeue(out var next))
            {
                next.Callback(next.State);
            }
        }
        finally
        {
            Volatile.Write(ref _turnThread, 0);
            SetSynchronizationContext(previous);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsInTurn)
        {
            _continuations.Enqueue((d, state));
        }
        else
        {
            onForeign();
        }
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (IsInTurn)
        {
            d(state);
        }
        else
        {
            onForeign();
        }
    }

    public override SynchronizationContext CreateCopy() => this;
}
