namespace Understudy.Inference.Grammars;

/// <summary>One of some fixed texts.</summary>
internal sealed class ChoiceNode : GrammarNode
{
    private readonly ByteTrie _trie = new();
    private readonly (byte Byte, int Node)[] _next; // of each place, on the way to the nearest end
    private readonly int[] _left; // bytes up to there

    /// <param name="texts">At least one.</param>
    public ChoiceNode(IEnumerable<byte[]> texts)
    {
        foreach (var text in texts)
        {
            _trie.Add(text, 0);
        }

        (_next, _left) = (new (byte, int)[_trie.Count], new int[_trie.Count]);
        for (var node = _trie.Count - 1; node >= 0; node--) // children have higher numbers
        {
            if (_trie.Value(node) < 0)
            {
                var (next, child) = _trie.Children(node).MinBy(child => _left[child.Value]);
                (_next[node], _left[node]) = ((next, child), _left[child] + 1);
            }
        }
    }

    public override byte[] Shortest => Rest(0);

    public override long ShortestLength => _left[0];

    public override int MostRest => _left.Max();

    public override GrammarFrame Enter(GrammarFrame parent) => new Frame(this, 0, parent);

    private byte[] Rest(int at)
    {
        var rest = new byte[_left[at]];
        for (var i = 0; i < rest.Length; i++)
        {
            (rest[i], at) = _next[at];
        }

        return rest;
    }

    private sealed record Frame(ChoiceNode Node, int At, GrammarFrame? Parent) : GrammarFrame
    {
        public override bool CanEnd => Node._trie.Value(At) >= 0;

        public override byte[] Rest => Node.Rest(At);

        public override bool TryList(List<byte> bytes)
        {
            bytes.AddRange(Node._trie.Children(At).Keys);
            return true;
        }

        public override GrammarFrame? Step(byte next)
        {
            var child = Node._trie.Child(At, next);
            return child < 0 ? null : Node._trie.Children(child).Count == 0 ? Parent : this with { At = child };
        }
    }
}
