namespace Understudy.Inference.Grammars;

/// <summary>Byte strings merged by common prefix. Node 0 is the root.</summary>
internal sealed class ByteTrie
{
    private readonly List<SortedDictionary<byte, int>> _children = [[]];
    private readonly List<int> _values = [-1];

    public int Count => _children.Count;

    /// <returns>False when the string is there already.</returns>
    public bool Add(ReadOnlySpan<byte> text, int value)
    {
        var node = 0;
        foreach (var next in text)
        {
            if (!_children[node].TryGetValue(next, out var child))
            {
                child = _children.Count;
                _children[node][next] = child;
                _children.Add([]);
                _values.Add(-1);
            }

            node = child;
        }

        if (_values[node] >= 0)
        {
            return false;
        }

        _values[node] = value;
        return true;
    }

    public IReadOnlyDictionary<byte, int> Children(int node) => _children[node];

    /// <summary>The child; −1 for none.</summary>
    public int Child(int node, byte next) => _children[node].TryGetValue(next, out var child) ? child : -1;

    /// <summary>Of the string that ends here; −1 for none.</summary>
    public int Value(int node) => _values[node];
}
