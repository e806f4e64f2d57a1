namespace Understudy.Edge.Releases;

/// <summary>How the last inputs went. Not thread-safe.</summary>
/// <param name="length">How many are looked at.</param>
internal sealed class ErrorWindow(int length)
{
    /// <summary>Fewer errors than this say nothing.</summary>
    public const int LeastErrors = 5;

    private readonly Queue<bool> _failed = new(length);
    private int _errors;

    /// <summary>The share of errors; 0 as long as there are fewer than <see cref="LeastErrors"/>.</summary>
    public double Rate => _errors < LeastErrors ? 0 : (double)_errors / _failed.Count;

    public void Add(bool failed)
    {
        if (_failed.Count == length && _failed.Dequeue())
        {
            _errors--;
        }

        _failed.Enqueue(failed);
        _errors += failed ? 1 : 0;
    }
}
