using System.Text;
using Understudy.Inference.FunctionCalls;

namespace Understudy.Inference.Grammars;

/// <summary>
/// A JSON string that holds a stretch of whole words of the input, or several joined by <see cref="FunctionCall.Separator"/>: what is extracted can be
/// placed wrongly, but not misspelt. Places in the input are followed side by side, since words may occur more than once.
/// </summary>
internal sealed class ExtractNode : GrammarNode
{
    private const byte Quote = (byte)'"', Space = (byte)' ';

    private readonly byte[] _text; // as it stands between the quotes
    private readonly string _starts;
    private readonly int[] _wordEnd; // of the word at each place
    private readonly char _separated; // behind the separator's comma

    private ExtractNode(byte[] text)
    {
        _text = text;
        _separated = (char)(text.Length + 1);
        _wordEnd = new int[text.Length + 1];
        _wordEnd[text.Length] = text.Length;
        for (var at = text.Length - 1; at >= 0; at--)
        {
            _wordEnd[at] = text[at] == Space ? at : Math.Max(at + 1, _wordEnd[at + 1]);
        }

        _starts = string.Concat(Enumerable.Range(0, text.Length).Where(at => text[at] != Space && (at == 0 || text[at - 1] == Space)).Select(at => (char)at));
        Shortest = [Quote, .. RestOfWord(_starts.MinBy(start => _wordEnd[start] - start)), Quote];
    }

    private enum Place
    {
        Before,
        Inside,
    }

    public override byte[] Shortest { get; }

    /// <param name="input">Words parted by white space. Without any, or with tens of thousands of them, every string is allowed.</param>
    public static GrammarNode Of(string input)
    {
        var json = new StringBuilder();
        FunctionCall.Quote(json, FunctionCallPrompt.Normal(input));
        return json.Length is 2 or > char.MaxValue / 4 ? new StringNode(0, null) : new ExtractNode(Encoding.UTF8.GetBytes(json.ToString(1, json.Length - 2)));
    }

    public override GrammarFrame Enter(GrammarFrame parent) => new Frame(this, Place.Before, "", parent);

    private ReadOnlySpan<byte> RestOfWord(int at) => _text.AsSpan(at.._wordEnd[at]);

    /// <summary>Whether a word of the input ends before this place.</summary>
    private bool EndsAt(char at) => at > 0 && at <= _text.Length && _text[at - 1] != Space && _wordEnd[at] == at;

    /// <param name="At">The places in the input that what was written may have reached, ascending.</param>
    private sealed record Frame(ExtractNode Node, Place Place, string At, GrammarFrame? Parent) : GrammarFrame
    {
        public override byte[] Rest => Place == Place.Before ? Node.Shortest : Closest();

        public override GrammarFrame? Step(byte next)
        {
            if (Place == Place.Before)
            {
                return next == Quote ? this with { Place = Place.Inside, At = Node._starts } : null;
            }

            var ended = At.Any(Node.EndsAt);
            if (next == Quote && ended)
            {
                return Parent;
            }

            // An inner quote is escaped, so it begins with a backslash.
            var reached = new SortedSet<char>(At.Where(at => at < Node._text.Length && Node._text[at] == next).Select(at => (char)(at + 1)));
            if (next == FunctionCall.Separator[0] && ended)
            {
                reached.Add(Node._separated);
            }

            if (next == FunctionCall.Separator[1] && At.Contains(Node._separated))
            {
                reached.UnionWith(Node._starts);
            }

            return reached.Count == 0 ? null : this with { At = string.Concat(reached) };
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
