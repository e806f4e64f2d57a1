namespace Understudy.Inference.Leads;

/// <summary>Adds up what the attempts at one question cost. Thread-safe.</summary>
internal sealed class Bill
{
    private readonly Lock _lock = new();
    private decimal? _total;

    /// <summary>Null when no attempt has a price.</summary>
    public decimal? Total
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    public void Add(decimal cost)
    {
        lock (_lock)
        {
            _total = (_total ?? 0) + cost;
        }
    }
}
