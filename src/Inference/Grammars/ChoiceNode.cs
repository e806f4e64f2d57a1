namespace Understudy.Inference.Grammars;

/// <summary>One of some fixed texts.</summary>
internal sealed class ChoiceNode : GrammarNode
{
    private readonly ByteTrie _trie = new();
    private readonly byte[][] _rests;

    /// <param name="texts">At least one.</param>
    public ChoiceNode(IEnumerable<byte[]> texts)
    {
        foreach (var text in texts)
        {
            _trie.Add(text, 0);
        }

        _rests = new byte[_trie.Count][];
        for (var node = _trie.Count - 1; node >= 0; node--) // children have higher numbers
        {
            _rests[node] = _trie.Value(node) >= 0
                ? []
                : _trie.Children(node).Select(child => (byte[])[child.Key, .. _rests[child.Value]]).MinBy(rest => rest.Length)!;
        }
    }

    public override byte[] Shortest => _rests[0];

    public override int MostRest => _rests.Max(rest => rest.Length);

    public override GrammarFrame Enter(GrammarFrame parent) => new Frame(this, 0, parent);

    private sealed record Frame(ChoiceNode Node, int At, GrammarFrame? Parent) : GrammarFrame
    {
        public override bool CanEnd => Node._trie.Value(At) >= 0;

        public override byte[] Rest => Node._rests[At];

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
