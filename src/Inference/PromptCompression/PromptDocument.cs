namespace Understudy.Inference.PromptCompression;

/// <summary>A part of a prompt that may be shortened or left out: a search result, a page, a turn of a conversation.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Title">Stays whole as long as anything of the text stays; null for none.</param>
public sealed record PromptDocument(string Text, string? Title = null)
{
    /// <summary>The paragraphs of a text, which empty lines part, a document each.</summary>
    public static IReadOnlyList<PromptDocument> Paragraphs(string text)
    {
        List<PromptDocument> documents = [];
        List<string> lines = [];
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Append(""))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                lines.Add(line);
            }
            else if (lines.Count > 0)
            {
                documents.Add(new(string.Join('\n', lines)));
                lines.Clear();
            }
        }

        return documents;
    }
}
