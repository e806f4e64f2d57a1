namespace Understudy.Inference.Batching;

/// <summary>How many texts are written at the same time by the models of one release: a pass uses several cores by itself. Thread-safe.</summary>
/// <param name="release">For messages.</param>
internal sealed class WriterLanes(string release, BatchingOptions options) : IDisposable
{
    private readonly SemaphoreSlim _lanes = new(Math.Max(1, Environment.ProcessorCount / 2));
    private int _waiting;

    /// <summary>Waits for a lane and does the work on it.</summary>
    /// <exception cref="OverloadedException">As many wait as may.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > options.MaxWaiting)
            {
                throw new OverloadedException(release, options.MaxWaiting);
            }

            await _lanes.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await Task.Run(work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _lanes.Release();
        }
    }

    public void Dispose() => _lanes.Dispose();
}
