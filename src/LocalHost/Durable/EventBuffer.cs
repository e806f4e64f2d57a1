namespace Understudy.LocalHost.Durable;

/// <summary>
/// Pairs raised events with the waits for them, in the order of both. Names are compared without regard to case, as Durable
/// Functions does.
/// </summary>
internal sealed class EventBuffer
{
    private readonly Dictionary<string, LinkedList<long>> _waiters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(string Name, string? Payload)> _kept = [];

    /// <summary>Events that nobody waited for, oldest first.</summary>
    public IReadOnlyList<(string Name, string? Payload)> Unconsumed => _kept;

    /// <summary>Gives an event to the step that has waited longest, or keeps it.</summary>
    /// <returns>The step, or null when the event was kept.</returns>
    public long? Offer(string name, string? payload)
    {
        if (_waiters.TryGetValue(name, out var waiters) && waiters.First is { } first)
        {
            waiters.RemoveFirst();
            return first.Value;
        }

        _kept.Add((name, payload));
        return null;
    }

    /// <summary>Takes the oldest kept event of a name.</summary>
    public bool TryTake(string name, out string? payload)
    {
        var at = _kept.FindIndex(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        payload = at < 0 ? null : _kept[at].Payload;
        if (at >= 0)
        {
            _kept.RemoveAt(at);
        }

        return at >= 0;
    }

    public void AddWaiter(string name, long step)
    {
        if (!_waiters.TryGetValue(name, out var waiters))
        {
            _waiters.Add(name, waiters = new());
        }

        waiters.AddLast(step);
    }

    public void RemoveWaiter(string name, long step) => _waiters.GetValueOrDefault(name)?.Remove(step);
}
