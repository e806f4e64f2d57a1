namespace Understudy.Inference.PromptCompression;

/// <summary>The words that must stay, compared without case, accents, and punctuation around them.</summary>
internal sealed class ProtectedWords(IEnumerable<string> words)
{
    private readonly HashSet<string> _words = [.. words.Select(word => Fold(PromptText.Read(word))).Where(word => word.Length > 0)];

    public bool IsEmpty => _words.Count == 0;

    public bool Contains(PromptText text, PromptWord word) => _words.Contains(Terms.Fold(text.Core(word).ToString()));

    private static string Fold(PromptText word) => Terms.Fold(word.Words.Count == 0 ? "" : word.Core(word.Words[0]).ToString());
}
