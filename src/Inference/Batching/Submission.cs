namespace Understudy.Inference.Batching;

/// <summary>One caller's texts, waiting for a run. It either starts or is cancelled, never both.</summary>
internal sealed class Submission(IReadOnlyList<string> texts, Memory<float> logits)
{
    private readonly TaskCompletionSource<double> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _registration;
    private int _state;

    public IReadOnlyList<string> Texts { get; } = texts;

    public Memory<float> Logits { get; } = logits;

    /// <summary>Milliseconds of model time for each text.</summary>
    public Task<double> Done => _done.Task;

    public void CancelWith(CancellationToken cancellationToken)
    {
        _registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Submission)state!).Cancel(token), this);
    }

    /// <summary>Once started, the caller's memory is written to, so it waits for the run's end even if it no longer wants the result.</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref _state, 1, 0) == 0;

    public void Complete(double milliseconds)
    {
        _registration.Dispose();
        _done.TrySetResult(milliseconds);
    }

    public void Fail(Exception error)
    {
        _registration.Dispose();
        _done.TrySetException(error);
    }

    private void Cancel(CancellationToken cancellationToken)
    {
        if (Interlocked.CompareExchange(ref _state, 2, 0) == 0)
        {
            _done.TrySetCanceled(cancellationToken);
        }
    }
}
