namespace Understudy.Inference.Grammars;

/// <summary>A value of one of several kinds, told apart by its first byte.</summary>
internal sealed class AlternativesNode(IReadOnlyList<GrammarNode> kinds) : GrammarNode
{
    public override byte[] Shortest { get; } = kinds.MinBy(kind => kind.Shortest.Length)!.Shortest;

    public override int MostRest => kinds.Max(kind => kind.MostRest);

    public override GrammarNode With(ExtractNode extract)
    {
        GrammarNode[] bound = [.. kinds.Select(kind => kind.With(extract))];
        return bound.SequenceEqual(kinds) ? this : new AlternativesNode(bound);
    }

    public override GrammarFrame Enter(GrammarFrame parent) => new Frame(this, parent);

    private IReadOnlyList<GrammarNode> Kinds => kinds;

    private sealed record Frame(AlternativesNode Node, GrammarFrame? Parent) : GrammarFrame
    {
        public override byte[] Rest => Node.Shortest;

        public override bool TryList(List<byte> bytes) => Node.Kinds.All(kind => kind.Enter(Parent!).TryList(bytes));

        public override GrammarFrame? Step(byte next) => Node.Kinds.Select(kind => kind.Enter(Parent!).Step(next)).FirstOrDefault(frame => frame is not null);
    }
}
