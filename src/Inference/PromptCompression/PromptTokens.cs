using Microsoft.ML.Tokenizers;

namespace Understudy.Inference.PromptCompression;

/// <summary>
/// Counts tokens as a large model would: in the vocabulary <c>cl100k_base</c>, whatever the lead's own may be; ratios hardly depend on it.
/// It is loaded when first asked, which takes a few hundred milliseconds. Thread-safe.
/// </summary>
public static class PromptTokens
{
    private static readonly Lazy<TiktokenTokenizer> Tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("cl100k_base"));

    public static int Count(ReadOnlySpan<char> text) => Tokenizer.Value.CountTokens(text, considerPreTokenization: true, considerNormalization: false);
}
