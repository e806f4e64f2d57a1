using Understudy.Inference.Grammars;

namespace Understudy.Inference.Speculation;

/// <summary>
/// Goes on as a text does that a student wrote for the same prompt. Where the target chose otherwise, the place to go on from is the one that
/// the fewest edits of the student's text lead to.
/// </summary>
/// <param name="text">Its tokens, the end token among them where it has one.</param>
public sealed class TextProposer(IReadOnlyList<int> text) : IProposer
{
    /// <summary>What an edit counts. Tokens left out come in runs, so each counts little.</summary>
    private const float Replaced = 0.9f, Added = 1, LeftOut = 0.4f;

    private readonly GrammarCursor _cursor = new();
    private readonly int[] _text = [.. text];
    private readonly float[] _edits = [.. Enumerable.Range(0, text.Count + 1).Select(left => left * LeftOut)]; // from the output so far to the first tokens of the text, by how many
    private int _read, _place, _matched;

    public string Name => "student";

    /// <summary>What is still to come, after the tokens that were followed.</summary>
    internal ReadOnlySpan<int> Rest => _text.AsSpan(_place);

    /// <summary>Where <see cref="Rest"/> begins.</summary>
    internal int Place => _place;

    /// <summary>How often the target has chosen otherwise.</summary>
    internal int Parted { get; private set; }

    public void Propose(in ProposalContext context, TokenTree tree)
    {
        Follow(context.Tokens[context.PromptLength..]);
        Continuation.Add(context, tree, Rest, _matched, _cursor);
    }

    /// <summary>All that the target has written.</summary>
    internal void Follow(ReadOnlySpan<int> output)
    {
        for (; _read < output.Length; _read++)
        {
            Follow(output[_read]);
        }
    }

    public void Complete(ReadOnlySpan<int> prompt, ReadOnlySpan<int> output)
    {
    }

    public void Dispose()
    {
    }

    /// <summary>The target's next token.</summary>
    private void Follow(int token)
    {
        var diagonal = _edits[0];
        _edits[0] += Added;
        var best = 0;
        for (var end = 1; end < _edits.Length; end++)
        {
            var edits = Math.Min(diagonal + (_text[end - 1] == token ? 0 : Replaced), Math.Min(_edits[end] + Added, _edits[end - 1] + LeftOut));
            (diagonal, _edits[end]) = (_edits[end], edits);
            best = edits < _edits[best] ? end : best;
        }

        _matched = best == _place + 1 && _text[_place] == token ? _matched + 1 : 0;
        Parted += _matched == 0 ? 1 : 0;
        _place = best;
    }
}
