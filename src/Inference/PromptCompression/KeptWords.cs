using System.Text;

namespace Understudy.Inference.PromptCompression;

/// <summary>Which words of the documents stay, and the documents that remain of it.</summary>
internal sealed class KeptWords
{
    private readonly IReadOnlyList<PromptDocument> _documents;
    private readonly IReadOnlyList<PromptText> _texts;
    private readonly bool[][] _kept;

    public KeptWords(IReadOnlyList<PromptDocument> documents, IReadOnlyList<PromptText> texts)
    {
        (_documents, _texts) = (documents, texts);
        _kept = [.. texts.Select(text => new bool[text.Words.Count])];
    }

    public bool this[int document, int word]
    {
        get => _kept[document][word];
        set => _kept[document][word] = value;
    }

    public bool Any(int document) => _kept[document].Contains(true);

    public Span<bool> Of(Sentence sentence) => _kept[sentence.Document].AsSpan(sentence.Words);

    /// <summary>What is left of a document, with its title.</summary>
    public PromptDocument Document(int index)
    {
        var text = _texts[index];
        var result = new StringBuilder();
        for (var i = 0; i < text.Words.Count; i++)
        {
            if (_kept[index][i])
            {
                var word = text.Words[i];
                result.Append(text.Text.AsSpan((result.Length == 0 ? word.Visible : word.Start)..word.End));
            }
        }

        return _documents[index] with { Text = result.ToString() };
    }
}
