using Understudy.Inference.PromptCompression;

namespace Understudy.Cli.Bench;

/// <summary>A prompt, and what of it must survive compression.</summary>
/// <param name="Consecutive">Its documents are turns of a conversation.</param>
/// <param name="Answers">Any of them answers the question.</param>
/// <param name="Marked">Documents that people marked as relevant; where there are any, they are what must survive.</param>
internal sealed record CompressionCase(PromptParts Prompt, bool Consecutive, IReadOnlyList<string> Answers, IReadOnlySet<int> Marked)
{
    /// <summary>In [0, 1]: whether an answer still stands in the documents, or how much is left of the marked ones, by tokens.</summary>
    public double Retained(CompressedPrompt prompt)
    {
        if (Marked.Count == 0)
        {
            var text = Words(string.Join('\n', prompt.Parts.Documents.Select(document => document.Text)));
            return Answers.Any(answer => Words(answer) is { Length: > 1 } words && text.Contains(words, StringComparison.Ordinal)) ? 1 : 0;
        }

        var left = prompt.Documents.Zip(prompt.Parts.Documents).Where(pair => Marked.Contains(pair.First)).Sum(pair => PromptTokens.Count(pair.Second.Text));
        return left / (double)Marked.Sum(document => PromptTokens.Count(Prompt.Documents[document].Text));
    }

    /// <summary>The words in lower case, a blank around each.</summary>
    private static string Words(string text) =>
        $" {string.Join(' ', string.Concat(text.Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries))} ";
}
