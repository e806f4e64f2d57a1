namespace Understudy.Inference.PromptCompression;

/// <summary>What compressing takes here, learnt from what it took. Thread-safe.</summary>
internal sealed class CompressionSpeed
{
    private const double Newest = 0.2;

    /// <summary>Of the prompts that would take too long, one in so many is compressed all the same.</summary>
    private const int Tried = 20;

    private readonly Lock _lock = new();
    private int _observed, _passedOver;
    private bool _anew;
    private double _millisecondsPerToken;

    public void Observe(int tokens, double milliseconds)
    {
        lock (_lock)
        {
            // The first run also compiles code: it says nothing about the next.
            _observed++;
            var share = _anew || _observed <= 2 ? 1 : Newest;
            _anew = false;
            _millisecondsPerToken += share * ((milliseconds / tokens) - _millisecondsPerToken);
        }
    }

    /// <summary>
    /// Whether a prompt that would take too long is compressed for what it tells: what was learnt on a machine that had just started, or had much else to do, is
    /// forgotten with the next that is observed.
    /// </summary>
    public bool TriesAnew()
    {
        lock (_lock)
        {
            _passedOver = (_passedOver + 1) % Tried;
            _anew |= _passedOver == 0;
            return _passedOver == 0;
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
