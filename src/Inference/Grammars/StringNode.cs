namespace Understudy.Inference.Grammars;

/// <summary>
/// A JSON string: valid UTF-8 between quotes; quote, backslash and control characters escaped by a letter (no <c>\u</c>, which could write
/// half a surrogate pair).
/// </summary>
/// <param name="minLength">Characters.</param>
/// <param name="maxLength">Characters; null for any number.</param>
internal sealed class StringNode(int minLength, int? maxLength) : GrammarNode
{
    private const byte Quote = (byte)'"', Backslash = (byte)'\\', Filler = (byte)'-';

    private enum Place
    {
        Before,
        Inside,
        Escape,
        OneMore,
        TwoMore,
        ThreeMore,
        AfterE0,
        AfterEd,
        AfterF0,
        AfterF4,
    }

    public override byte[] Shortest => [Quote, .. Enumerable.Repeat(Filler, minLength), Quote];

    public override int MostRest => minLength + 6;

    public override GrammarFrame Enter(GrammarFrame parent) => new Frame(this, Place.Before, 0, parent);

    private bool Counts => minLength > 0 || maxLength is not null;

    private sealed record Frame(StringNode Node, Place Place, int Characters, GrammarFrame? Parent) : GrammarFrame
    {
        public override byte[] Rest => Place switch
        {
            Place.Before => Node.Shortest,
            Place.Inside => End(0),
            Place.Escape => [(byte)'n', .. End(0)],
            Place.OneMore => [0x80, .. End(0)],
            Place.TwoMore or Place.AfterEd => [0x80, 0x80, .. End(0)],
            Place.AfterE0 => [0xA0, 0x80, .. End(0)],
            Place.AfterF0 => [0x90, 0x80, 0x80, .. End(0)],
            _ => [0x80, 0x80, 0x80, .. End(0)],
        };

        public override GrammarFrame? Step(byte next) => Place switch
        {
            Place.Before => next == Quote ? this with { Place = Place.Inside } : null,
            Place.Inside => Inside(next),
            Place.Escape => next is Quote or Backslash or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t' ? this with { Place = Place.Inside } : null,
            Place.OneMore => Continue(next, 0x80, 0xBF, Place.Inside),
            Place.TwoMore => Continue(next, 0x80, 0xBF, Place.OneMore),
            Place.ThreeMore => Continue(next, 0x80, 0xBF, Place.TwoMore),
            Place.AfterE0 => Continue(next, 0xA0, 0xBF, Place.OneMore),
            Place.AfterEd => Continue(next, 0x80, 0x9F, Place.OneMore),
            Place.AfterF0 => Continue(next, 0x90, 0xBF, Place.TwoMore),
            _ => Continue(next, 0x80, 0x8F, Place.TwoMore),
        };

        private GrammarFrame? Inside(byte next)
        {
            if (next == Quote)
            {
                return Characters >= Node.MinLength ? Parent : null;
            }

            if (next < 0x20 || Characters >= Node.MaxLength)
            {
                return null;
            }

            Place? place = next switch
            {
                Backslash => Place.Escape,
                < 0x80 => Place.Inside,
                < 0xC2 => null,
                < 0xE0 => Place.OneMore,
                0xE0 => Place.AfterE0,
                0xED => Place.AfterEd,
                < 0xF0 => Place.TwoMore,
                0xF0 => Place.AfterF0,
                < 0xF4 => Place.ThreeMore,
                0xF4 => Place.AfterF4,
                _ => null,
            };
            return place is null ? null : this with { Place = place.Value, Characters = Node.Counts ? Characters + 1 : 0 };
        }

        private Frame? Continue(byte next, byte low, byte high, Place then) => next >= low && next <= high ? this with { Place = then } : null;

        private byte[] End(int more) => [.. Enumerable.Repeat(Filler, Math.Max(0, Node.MinLength - Characters - more)), Quote];
    }

    private int MinLength => minLength;

    private int MaxLength => maxLength ?? int.MaxValue;
}
