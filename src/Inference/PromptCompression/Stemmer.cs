namespace Understudy.Inference.PromptCompression;

/// <summary>Cuts English endings off words, so that "elections" finds "elected". A few rules; what they miss, character n-grams find.</summary>
internal static class Stemmer
{
    private const int ShortestStem = 4;

    private static readonly string[] Endings = ["ingly", "edly", "ation", "ing", "ed", "es", "s", "ly", "er", "or"];

    /// <param name="word">In lower case.</param>
    public static ReadOnlySpan<char> Stem(ReadOnlySpan<char> word)
    {
        foreach (var ending in Endings)
        {
            if (word.Length - ending.Length >= ShortestStem && word.EndsWith(ending))
            {
                return word[..^ending.Length];
            }
        }

        return word.Length > ShortestStem && word[^1] == 'e' ? word[..^1] : word;
    }
}
