using Microsoft.ML.Tokenizers;

namespace Understudy.Inference.PromptCompression;

/// <summary>
/// Counts tokens as a large model would: in the vocabulary <c>cl100k_base</c>, whatever the lead's own may be; ratios hardly depend on it.
/// It is loaded when first asked, which takes a few hundred milliseconds. Thread-safe.
/// </summary>
public static class PromptTokens
{
    /// <summary>
    /// A longer run of letters, of white space or of signs is counted in pieces of this length: the tokenizer's time grows with a run's square. No word
    /// is so long, and what is so long takes a token more at most for each piece.
    /// </summary>
    private const int LongestRun = 128;

    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("cl100k_base"));

    /// <summary>Loads the vocabulary, where it is not yet.</summary>
    internal static void Load() => _ = Tokenizer.Value;

    public static int Count(ReadOnlySpan<char> text)
    {
        var (tokens, start, run) = (0, 0, 1);
        for (var i = 1; i < text.Length; i++)
        {
            run = Kind(text[i]) == Kind(text[i - 1]) ? run + 1 : 1;
            if (run > LongestRun && !char.IsLowSurrogate(text[i]))
            {
                tokens += CountWhole(text[start..i]);
                (start, run) = (i, 1);
            }
        }

        return tokens + CountWhole(text[start..]);
    }

    private static int CountWhole(ReadOnlySpan<char> text) => Tokenizer.Value.CountTokens(text, considerPreTokenization: true, considerNormalization: false);

    /// <summary>The vocabulary joins no two of a kind with those of another, but for one before letters and line ends after signs.</summary>
    private static int Kind(char c) => char.IsLetter(c) ? 0 : char.IsWhiteSpace(c) ? 1 : char.IsNumber(c) ? 2 : 3;
}
