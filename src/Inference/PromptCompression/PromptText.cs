using System.Globalization;

namespace Understudy.Inference.PromptCompression;

/// <summary>A text cut into words and sentences. Whatever is kept of it is a subsequence of the text.</summary>
internal sealed class PromptText
{
    /// <summary>Longer sentences are cut, so that a table or a text without full stops is not all or nothing.</summary>
    private const int MaxSentenceWords = 60;

    private PromptText(string text, List<PromptWord> words, List<Range> sentences) => (Text, Words, Sentences) = (text, words, sentences);

    public string Text { get; }

    public IReadOnlyList<PromptWord> Words { get; }

    /// <summary>Ranges of <see cref="Words"/>, all words in order.</summary>
    public IReadOnlyList<Range> Sentences { get; }

    public static PromptText Read(string text)
    {
        var words = Split(text);
        List<Range> sentences = [];
        var start = 0;
        for (var i = 0; i < words.Count; i++)
        {
            if (i == words.Count - 1 || i - start + 1 == MaxSentenceWords || Ends(text, words[i], words[i + 1]))
            {
                sentences.Add(start..(i + 1));
                start = i + 1;
            }
        }

        return new(text, words, sentences);
    }

    /// <summary>Whether a character is more than punctuation around a word: a letter or a digit, or half of a rarer character.</summary>
    public static bool IsCore(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c);

    /// <summary>A word's characters without quotes, brackets and punctuation around them; empty for punctuation alone.</summary>
    public ReadOnlySpan<char> Core(PromptWord word)
    {
        var (start, end) = (word.Visible, word.End);
        while (start < end && !IsCore(Text[start]))
        {
            start++;
        }

        while (end > start && !IsCore(Text[end - 1]))
        {
            end--;
        }

        return Text.AsSpan(start, end - start);
    }

    /// <summary>The characters of consecutive words, white space before the first included.</summary>
    public ReadOnlySpan<char> Span(Range words)
    {
        var (first, count) = words.GetOffsetAndLength(Words.Count);
        return count == 0 ? [] : Text.AsSpan(Words[first].Start..Words[first + count - 1].End);
    }

    private static List<PromptWord> Split(string text)
    {
        List<PromptWord> words = [];
        for (var start = 0; start < text.Length;)
        {
            var visible = start;
            while (visible < text.Length && char.IsWhiteSpace(text[visible]))
            {
                visible++;
            }

            if (visible == text.Length)
            {
                break;
            }

            var end = visible + 1;
            if (!StandsAlone(text[visible]))
            {
                while (end < text.Length && !char.IsWhiteSpace(text[end]) && !StandsAlone(text[end]))
                {
                    end++;
                }
            }

            words.Add(new(start, visible, end));
            start = end;
        }

        return words;
    }

    /// <summary>Chinese and Japanese put no white space between words.</summary>
    private static bool StandsAlone(char c) => c is (>= '\u3001' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uFF01' and <= '\uFF1F');

    /// <summary>A line ends a sentence; so does a full stop, unless it belongs to an initial or what follows begins in lower case.</summary>
    private static bool Ends(string text, PromptWord word, PromptWord next)
    {
        if (text.AsSpan(next.Start, next.Visible - next.Start).Contains('\n'))
        {
            return true;
        }

        var last = word.End - 1;
        while (last > word.Visible && IsCloser(text[last]))
        {
            last--;
        }

        var isInitial = last - word.Visible == 1 && char.IsUpper(text[word.Visible]);
        return text[last] is '。' or '！' or '？'
            || (text[last] is '.' or '!' or '?' && !isInitial && !Abbreviations.Contains(text[word.Visible..last]) && char.GetUnicodeCategory(text[next.Visible]) != UnicodeCategory.LowercaseLetter);
    }

    private static bool IsCloser(char c) => c is '"' or '\'' or ')' or ']' or '”' or '’' or '»';

    private static readonly HashSet<string> Abbreviations = ["Mr", "Mrs", "Ms", "Dr", "Prof", "St", "Jr", "Sr", "Lt", "Col", "Gen", "Capt", "Sgt", "Rev", "Hon", "vs", "No", "Vol", "Fig", "ca", "approx", "e.g", "i.e", "cf"];
}
