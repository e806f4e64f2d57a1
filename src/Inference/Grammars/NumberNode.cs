namespace Understudy.Inference.Grammars;

/// <summary>A JSON number of up to 15 digits, which every reader keeps; whole numbers have no fraction and no exponent.</summary>
internal sealed class NumberNode(bool whole) : GrammarNode
{
    private const int MostDigits = 15;

    private enum Place
    {
        Before,
        Minus,
        Zero,
        Digits,
        Point,
        Fraction,
    }

    public override byte[] Shortest => "0"u8.ToArray();

    public override int MostRest => 1;

    public override GrammarFrame Enter(GrammarFrame parent) => new Frame(whole, Place.Before, 0, parent);

    private sealed record Frame(bool Whole, Place Place, int Digits, GrammarFrame? Parent) : GrammarFrame
    {
        public override bool CanEnd => Place is Place.Zero or Place.Digits or Place.Fraction;

        public override byte[] Rest => CanEnd ? [] : "0"u8.ToArray();

        public override GrammarFrame? Step(byte next)
        {
            var digit = next is >= (byte)'0' and <= (byte)'9' && Digits < MostDigits;
            return Place switch
            {
                Place.Before when next == '-' => this with { Place = Place.Minus },
                Place.Before or Place.Minus when next == '0' => this with { Place = Place.Zero, Digits = 1 },
                Place.Before or Place.Minus or Place.Digits when digit => this with { Place = Place.Digits, Digits = Digits + 1 },
                Place.Zero or Place.Digits when next == '.' && !Whole && Digits < MostDigits => this with { Place = Place.Point },
                Place.Point or Place.Fraction when digit => this with { Place = Place.Fraction, Digits = Digits + 1 },
                _ => null,
            };
        }
    }
}
