using Understudy.Inference.PromptCompression;

namespace Understudy.Cli.Prompts;

/// <summary>A compressed prompt as JSON.</summary>
/// <param name="Prompt">As one text.</param>
/// <param name="Yielded">Why it was left as it is; null when it was compressed.</param>
internal sealed record CompressedPromptView(
    string Prompt, IReadOnlyList<CompressedPromptView.Document> Documents, int TokensBefore, int TokensAfter, string? Yielded, double Milliseconds)
{
    public static CompressedPromptView Of(CompressedPrompt prompt) => new(
        prompt.Parts.ToString(),
        [.. prompt.Documents.Zip(prompt.Parts.Documents, (index, document) => new Document(index, document.Title, document.Text))],
        prompt.TokensBefore,
        prompt.TokensAfter,
        prompt.Yielded,
        Math.Round(prompt.Milliseconds, 3));

    /// <param name="Index">Its place in the context, from 0.</param>
    internal sealed record Document(int Index, string? Title, string Text);
}
