using System.Text;

namespace Understudy.Inference.PromptCompression;

/// <summary>A prompt taken apart: instruction and question stay whole, documents are compressed.</summary>
public sealed record PromptParts
{
    private const string Between = "\n\n";

    public string Instruction { get; init; } = "";

    public required IReadOnlyList<PromptDocument> Documents { get; init; }

    /// <summary>What the documents are read for. Without one, words count by how rare they are.</summary>
    public string Question { get; init; } = "";

    /// <summary>One prompt: instruction, documents, question, an empty line between any two; a title stands on a line of its own.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Add(text, Instruction);
        foreach (var document in Documents)
        {
            Add(text, document.Title is { } title ? $"{title}\n{document.Text}" : document.Text);
        }

        Add(text, Question);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string part)
    {
        if (part.Length > 0)
        {
            text.Append(text.Length > 0 ? Between : "").Append(part);
        }
    }
}
