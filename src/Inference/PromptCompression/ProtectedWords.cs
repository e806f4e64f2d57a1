namespace Understudy.Inference.PromptCompression;

/// <summary>
/// The words that must stay, compared without case, accents, and punctuation around them. One may be several words of a text, as in Chinese and
/// Japanese, where each character is one.
/// </summary>
internal sealed class ProtectedWords
{
    /// <summary>By their first word.</summary>
    private readonly ILookup<string, string[]> _words;

    public ProtectedWords(IEnumerable<string> words) =>
        _words = words.Select(Cores).Where(cores => cores.Length > 0).ToLookup(cores => cores[0]);

    public bool IsEmpty => _words.Count == 0;

    /// <summary>How many words of a text must stay from one on, of those that begin there; 0 for none.</summary>
    public int Count(PromptText text, int word) =>
        _words[Core(text, word)].Where(cores => StandsAt(cores, text, word)).Select(cores => cores.Length).DefaultIfEmpty().Max();

    private static bool StandsAt(string[] cores, PromptText text, int word)
    {
        for (var i = 1; i < cores.Length; i++)
        {
            if (word + i == text.Words.Count || text.Words[word + i].Start < text.Words[word + i].Visible || Core(text, word + i) != cores[i])
            {
                return false;
            }
        }

        return true;
    }

    private static string[] Cores(string word)
    {
        var text = PromptText.Read(word);
        return [.. Enumerable.Range(0, text.Words.Count).Select(i => Core(text, i)).SkipWhile(core => core.Length == 0).Reverse().SkipWhile(core => core.Length == 0).Reverse()];
    }

    private static string Core(PromptText text, int word) => Terms.Fold(text.Core(text.Words[word]).ToString());
}
