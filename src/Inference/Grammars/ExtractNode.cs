using System.Text;
using Understudy.Inference.FunctionCalls;

namespace Understudy.Inference.Grammars;

/// <summary>
/// A JSON string that holds a stretch of whole words of the input, or several joined by <see cref="FunctionCall.Separator"/>: what is extracted can be
/// placed wrongly, but not misspelt. Places in the input are followed side by side, since words may occur more than once.
/// </summary>
internal sealed class ExtractNode : GrammarNode
{
    /// <summary>Characters; in a longer input its places are not told apart.</summary>
    private const int LongestInput = 8192;

    private const byte Quote = (byte)'"', Space = (byte)' ';

    private readonly byte[] _text; // as it stands between the quotes
    private readonly string _starts;
    private readonly byte[] _shortest;
    private readonly int[] _wordEnd; // of the word at each place
    private readonly char _separated; // behind the separator's comma
    private readonly StringNode? _anything;

    private ExtractNode(byte[] text, bool anything = false)
    {
        _anything = anything ? new(0, null) : null;
        _text = text;
        _separated = (char)(text.Length + 1);
        _wordEnd = new int[text.Length + 1];
        _wordEnd[text.Length] = text.Length;
        for (var at = text.Length - 1; at >= 0; at--)
        {
            _wordEnd[at] = text[at] == Space ? at : Math.Max(at + 1, _wordEnd[at + 1]);
        }

        _starts = string.Concat(Enumerable.Range(0, text.Length).Where(at => text[at] != Space && (at == 0 || text[at - 1] == Space)).Select(at => (char)at));
        _shortest = [Quote, .. RestOfWord(_starts.MinBy(start => _wordEnd[start] - start)), Quote];
    }

    private enum Place
    {
        Before,
        Inside,
    }

    public override byte[] Shortest => _anything?.Shortest ?? _shortest;

    /// <summary>Where there is no input, any text is: see <see cref="Of"/>.</summary>
    public static ExtractNode Open { get; } = new("?"u8.ToArray(), anything: true);

    /// <param name="input">Words parted by white space. Without any, or when it is too long, every string is allowed.</param>
    public static ExtractNode Of(string input)
    {
        var json = new StringBuilder();
        FunctionCall.Quote(json, FunctionCallPrompt.Normal(input));
        return json.Length is 2 or > LongestInput ? Open : new ExtractNode(Encoding.UTF8.GetBytes(json.ToString(1, json.Length - 2)));
    }

    public override int MostRest => _anything?.MostRest ?? _text.Length + Shortest.Length + 2;

    public override GrammarNode With(ExtractNode extract) => extract;

    public override GrammarFrame Enter(GrammarFrame parent) => _anything?.Enter(parent) ?? new Frame(this, Place.Before, "", parent);

    private ReadOnlySpan<byte> RestOfWord(int at) => _text.AsSpan(at.._wordEnd[at]);

    /// <summary>Whether a word of the input ends before this place.</summary>
    private bool EndsAt(char at) => at > 0 && at <= _text.Length && _text[at - 1] != Space && _wordEnd[at] == at;

    /// <param name="At">The places in the input that what was written may have reached, ascending.</param>
    private sealed record Frame(ExtractNode Node, Place Place, string At, GrammarFrame? Parent) : GrammarFrame
    {
        public override byte[] Rest => Place == Place.Before ? Node.Shortest : Closest();

        public override bool TryList(List<byte> bytes)
        {
            if (Place == Place.Before)
            {
                bytes.Add(Quote);
                return true;
            }

            foreach (var at in At)
            {
                if (at == Node._separated)
                {
                    bytes.Add((byte)FunctionCall.Separator[1]);
                    continue;
                }

                if (at < Node._text.Length)
                {
                    bytes.Add(Node._text[at]);
                }

                if (Node.EndsAt(at))
                {
                    bytes.AddRange([Quote, (byte)FunctionCall.Separator[0]]);
                }
            }

            return true;
        }

        public override GrammarFrame? Step(byte next)
        {
            if (Place == Place.Before)
            {
                return next == Quote ? this with { Place = Place.Inside, At = Node._starts } : null;
            }

            // Every byte is tried at every place, and nearly none fits: no more is done than that takes.
            Span<char> reached = stackalloc char[At.Length + Node._starts.Length + 1];
            var (count, ended, separated) = (0, false, false);
            foreach (var at in At)
            {
                ended |= Node.EndsAt(at);
                separated |= at == Node._separated;
                if (at < Node._text.Length && Node._text[at] == next)
                {
                    reached[count++] = (char)(at + 1);
                }
            }

            if (next == Quote && ended)
            {
                return Parent; // an inner quote is escaped, so it begins with a backslash
            }

            if (next == FunctionCall.Separator[0] && ended)
            {
                reached[count++] = Node._separated;
            }

            if (next == FunctionCall.Separator[1] && separated)
            {
                count = Merge(reached, count, Node._starts);
            }

            return count == 0 ? null : this with { At = new string(reached[..count]) };
        }

        /// <summary>Adds places that are not there yet, and keeps the order.</summary>
        private static int Merge(Span<char> places, int count, string more)
        {
            foreach (var place in more)
            {
                if (!places[..count].Contains(place))
                {
                    places[count++] = place;
                }
            }

            places[..count].Sort();
            return count;
        }

        private byte[] Closest()
        {
            byte[]? best = null;
            foreach (var at in At)
            {
                byte[] rest = at == Node._separated
                    ? [(byte)FunctionCall.Separator[1], .. Node.Shortest.AsSpan(1)]
                    : Node.EndsAt(at) ? [Quote] : Node._text[at] == Space ? [Space, .. Node.RestOfWord(at + 1), Quote] : [.. Node.RestOfWord(at), Quote];
                best = best is null || rest.Length < best.Length ? rest : best;
            }

            return best!;
        }
    }
}
