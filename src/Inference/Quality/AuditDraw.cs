namespace Understudy.Inference.Quality;

/// <summary>Draws answers independently with one probability. Thread-safe.</summary>
public sealed class AuditDraw
{
    private readonly Lock _lock = new();
    private readonly Random _random;

    /// <param name="seed">Null for chance.</param>
    public AuditDraw(int? seed) => _random = seed is { } fixedSeed ? new(fixedSeed) : new();

    /// <param name="share">The probability, in [0, 1].</param>
    public bool Next(double share)
    {
        lock (_lock)
        {
            return _random.NextDouble() < share;
        }
    }
}
