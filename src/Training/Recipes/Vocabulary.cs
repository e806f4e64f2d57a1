using Understudy.Inference.Tokenization;

namespace Understudy.Training.Recipes;

/// <summary>Texts as token ids.</summary>
internal static class Vocabulary
{
    public static int[] Encode(this SentencePieceEncoder tokenizer, string text, int maxTokens)
    {
        var ids = new int[maxTokens];
        return ids[..tokenizer.Encode(text, maxTokens, ids)];
    }
}
