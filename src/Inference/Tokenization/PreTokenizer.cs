using System.Text.RegularExpressions;

namespace Understudy.Inference.Tokenization;

/// <summary>A step that cuts text into the pieces that tokens do not cross, and may rewrite them.</summary>
internal abstract class PreTokenizer
{
    public abstract IEnumerable<string> Apply(string text, StretchPlace place);
}

internal sealed class PreTokenizerSequence(IReadOnlyList<PreTokenizer> steps) : PreTokenizer
{
    public override IEnumerable<string> Apply(string text, StretchPlace place) =>
        steps.Aggregate<PreTokenizer, IEnumerable<string>>([text], (pieces, step) => pieces.SelectMany((piece, at) => step.Apply(piece, at == 0 ? place : StretchPlace.Later)));
}

/// <summary>A space before the first word when asked for, and GPT-2's split; the mapping to bytes is the model's.</summary>
internal sealed class ByteLevelSplit(bool prefixSpace, bool split) : PreTokenizer
{
    private static readonly RegexSplit Gpt2 = new(BpeTraining.Gpt2Split);

    public override IEnumerable<string> Apply(string text, StretchPlace place)
    {
        var prefixed = prefixSpace && place != StretchPlace.Continued && text.Length > 0 && text[0] != ' ' ? " " + text : text;
        return split ? Gpt2.Apply(prefixed, place) : [prefixed];
    }
}

/// <summary>The space becomes a visible mark, which opens a word.</summary>
/// <param name="scheme">Which stretches of a text get a mark in front: <c>always</c> each, <c>first</c> the one that the text begins with, <c>never</c> none.</param>
internal sealed class MetaspaceSplit(char mark, string scheme, bool split) : PreTokenizer
{
    public override IEnumerable<string> Apply(string text, StretchPlace place)
    {
        var marked = text.Replace(' ', mark);
        if (((scheme == "always" && place != StretchPlace.Continued) || (scheme == "first" && place == StretchPlace.First)) && marked.Length > 0 && marked[0] != mark)
        {
            marked = mark + marked;
        }

        return split ? new RegexSplit(Regex.Escape(mark.ToString()), RegexOptions.None, SplitBehavior.MergedWithNext).Apply(marked, place) : [marked];
    }
}
