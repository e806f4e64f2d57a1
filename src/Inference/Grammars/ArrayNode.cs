namespace Understudy.Inference.Grammars;

/// <summary>A JSON array of values of one kind; a space may stand after a comma.</summary>
internal sealed class ArrayNode(GrammarNode items, int least, int? most) : GrammarNode
{
    private enum Place
    {
        Open,
        First,
        After,
        Next,
        NextOrSpace,
    }

    public override byte[] Shortest => [(byte)'[', .. Missing(0, first: true), (byte)']'];

    public override long ShortestLength => 2 + (least * items.ShortestLength) + Math.Max(0, least - 1);

    public override int MostRest => (least * (items.Shortest.Length + 1)) + items.MostRest + 2;

    public override GrammarNode With(ExtractNode extract) => items.With(extract) is var bound && bound == items ? this : new ArrayNode(bound, least, most);

    public override GrammarFrame Enter(GrammarFrame parent) => new Frame(this, Place.Open, 0, parent);

    private List<byte> Missing(int count, bool first)
    {
        List<byte> bytes = [];
        for (; count < least; count++, first = false)
        {
            if (!first)
            {
                bytes.Add((byte)',');
            }

            bytes.AddRange(items.Shortest);
        }

        return bytes;
    }

    private int Least => least;

    private int Most => most ?? int.MaxValue;

    private GrammarNode Items => items;

    private sealed record Frame(ArrayNode Node, Place Place, int Count, GrammarFrame? Parent) : GrammarFrame
    {
        public override byte[] Rest => Place switch
        {
            Place.Open => Node.Shortest,
            Place.First => [.. Node.Missing(0, first: true), (byte)']'],
            Place.After => [.. Node.Missing(Count, first: false), (byte)']'],
            _ => [.. Node.Items.Shortest, .. Node.Missing(Count + 1, first: false), (byte)']'],
        };

        public override bool TryList(List<byte> bytes)
        {
            switch (Place)
            {
                case Place.Open:
                    bytes.Add((byte)'[');
                    return true;
                case Place.After when Count < Node.Most:
                    bytes.Add((byte)',');
                    break;
            }

            if (Place is Place.First or Place.After && Count >= Node.Least)
            {
                bytes.Add((byte)']');
            }

            return Place == Place.After || (Place == Place.First && Node.Most == 0) || Node.Items.Enter(this).TryList(bytes);
        }

        public override GrammarFrame? Step(byte next) => Place switch
        {
            Place.Open => next == '[' ? this with { Place = Place.First } : null,
            Place.First or Place.After when next == ']' => Count >= Node.Least ? Parent : null,
            Place.After => next == ',' && Count < Node.Most ? this with { Place = Place.NextOrSpace } : null,
            Place.NextOrSpace when next == ' ' => this with { Place = Place.Next },
            Place.First when Node.Most == 0 => null,
            _ => Advance(Node.Items.Enter(new Frame(Node, Place.After, Tracked(Count + 1), Parent)), next),
        };

        /// <summary>Counts that make no difference any more are one, so that places stay few.</summary>
        private int Tracked(int count) => Node.Most == int.MaxValue ? Math.Min(count, Node.Least) : count;
    }
}
