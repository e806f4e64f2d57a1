namespace Understudy.LocalHost.Durable;

/// <summary>The instances in memory, the one least recently used first to go.</summary>
internal sealed class InstanceCache(int capacity) : IDisposable
{
    private readonly Dictionary<long, LinkedListNode<LiveInstance>> _nodes = [];
    private readonly LinkedList<LiveInstance> _byUse = new();

    public LiveInstance? Find(long number)
    {
        if (!_nodes.TryGetValue(number, out var node))
        {
            return null;
        }

        _byUse.Remove(node);
        _byUse.AddLast(node);
        return node.Value;
    }

    public void Add(LiveInstance instance) => _nodes.Add(instance.Row.Number, _byUse.AddLast(instance));

    public void Remove(long number)
    {
        if (_nodes.Remove(number, out var node))
        {
            _byUse.Remove(node);
            node.Value.Dispose();
        }
    }

    /// <summary>Lets go of what is over the capacity; each is replayed when something happens to it.</summary>
    public void Trim()
    {
        while (_nodes.Count > capacity)
        {
            Remove(_byUse.First!.Value.Row.Number);
        }
    }

    public void Dispose()
    {
        foreach (var instance in _byUse)
        {
            instance.Dispose();
        }

        _nodes.Clear();
        _byUse.Clear();
    }
}
