using System.Text;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.PromptCompression;

/// <summary>
/// What texts are compared by: the stems of their words, and their words' character 4-grams, which find "dithyrambs" by "dithyrambic" and
/// "Wingstop" by "wing stops". Function words are left out, case and accents do not matter.
/// </summary>
internal static class Terms
{
    private const int GramLength = 4;
    private const char Edge = '\u0002';
    private const ulong Basis = 0xCBF29CE484222325, Prime = 0x100000001B3;

    /// <summary>Appends the terms of a text, in order. A stem is its hash; a gram its four characters, packed.</summary>
    public static void Read(string text, List<ulong> stems, List<ulong> grams) => Split(Fold(text), stems, grams);

    /// <summary>Lower case without accents. The length may change.</summary>
    public static string Fold(string text)
    {
        if (!Ascii.IsValid(text))
        {
            text = string.Concat(UnicodeNormalization.Apply(text, NormalizationForm.FormKD).Where(c => !IsMark(c)));
        }

        return text.ToLowerInvariant();
    }

    private static void Split(ReadOnlySpan<char> text, List<ulong> stems, List<ulong> grams)
    {
        Span<char> word = stackalloc char[128];
        var length = 0;
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c) && length < word.Length)
            {
                word[length++] = c;
            }
            else if (c is not '\'')
            {
                Add(word[..length], stems, grams);
                length = 0;
            }
        }

        Add(word[..length], stems, grams);
    }

    private static void Add(ReadOnlySpan<char> word, List<ulong> stems, List<ulong> grams)
    {
        if (word.IsEmpty || FunctionWords.Contains(word))
        {
            return;
        }

        stems.Add(Hash(Stemmer.Stem(word)));

        // The word between two edges; a word of one letter has three characters, in one gram.
        var gram = (ulong)Edge;
        for (var i = 0; i <= word.Length; i++)
        {
            gram = (gram << 16) | (i < word.Length ? word[i] : Edge);
            if (i >= GramLength - 2 || i == word.Length)
            {
                grams.Add(gram);
            }
        }
    }

    private static ulong Hash(ReadOnlySpan<char> word)
    {
        var hash = Basis;
        foreach (var c in word)
        {
            hash = (hash ^ c) * Prime;
        }

        return hash;
    }

    /// <summary>An accent on its own, or a mark that stands for a glottal stop or an apostrophe.</summary>
    private static bool IsMark(char c) => c is (>= '\u0300' and <= '\u036F') or '\u02BB' or '\u02BC' or '\u2019' or '\u2018';
}
