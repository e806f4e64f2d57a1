namespace Understudy.Inference.PromptCompression;

/// <summary>What compressing takes here, learnt from what it took. Thread-safe.</summary>
internal sealed class CompressionSpeed
{
    private const double Newest = 0.2;

    private readonly Lock _lock = new();
    private int _observed;
    private double _millisecondsPerToken;

    public void Observe(int tokens, double milliseconds)
    {
        lock (_lock)
        {
            // The first run also loads tables and compiles code: it says nothing about the next.
            _observed++;
            var share = _observed <= 2 ? 1 : Newest;
            _millisecondsPerToken += share * ((milliseconds / tokens) - _millisecondsPerToken);
        }
    }

    /// <summary>Milliseconds for a prompt of so many tokens; null before anything can be said.</summary>
    public double? Expect(int tokens)
    {
        lock (_lock)
        {
            return _observed < 2 ? null : tokens * _millisecondsPerToken;
        }
    }
}
