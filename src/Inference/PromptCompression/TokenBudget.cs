namespace Understudy.Inference.PromptCompression;

/// <summary>Spends a number of tokens on the best sentences. Words that must stay are paid first, each by itself until its sentence is bought whole.</summary>
internal sealed class TokenBudget
{
    /// <summary>An empty line before a document, and the end of a title's line.</summary>
    private const int Separator = 2;

    private readonly IReadOnlyList<PromptDocument> _documents;
    private readonly IReadOnlyList<PromptText> _texts;
    private readonly bool[] _shown;

    public TokenBudget(IReadOnlyList<PromptDocument> documents, IReadOnlyList<PromptText> texts, int tokens)
    {
        (_documents, _texts, Left) = (documents, texts, tokens);
        _shown = new bool[documents.Count];
        Kept = new(documents, texts);
    }

    /// <summary>Tokens not spent yet; negative when what must stay costs more than there is.</summary>
    public int Left { get; private set; }

    public KeptWords Kept { get; }

    /// <summary>Pays for every word that must stay.</summary>
    /// <param name="stay">Of each document's words, whether it must.</param>
    public void Protect(bool[][] stay)
    {
        for (var document = 0; document < _texts.Count; document++)
        {
            var text = _texts[document];
            for (var i = 0; i < text.Words.Count; i++)
            {
                if (stay[document][i])
                {
                    Left -= Show(document) + Count(text, i);
                    Kept[document, i] = true;
                }
            }
        }
    }

    /// <summary>Keeps sentences in the order given, passing over those that cost more than is left.</summary>
    public void Spend(IEnumerable<Sentence> sentences)
    {
        foreach (var sentence in sentences)
        {
            var text = _texts[sentence.Document];
            var cost = PromptTokens.Count(text.Span(sentence.Words)) + (_shown[sentence.Document] ? 0 : TitleCost(sentence.Document));
            var (first, count) = sentence.Words.GetOffsetAndLength(text.Words.Count);
            for (var i = first; i < first + count; i++)
            {
                cost -= Kept[sentence.Document, i] ? Count(text, i) : 0;
            }

            if (cost <= Left)
            {
                Left -= cost;
                Show(sentence.Document);
                Kept.Of(sentence).Fill(true);
            }
        }
    }

    private int Show(int document)
    {
        var cost = _shown[document] ? 0 : TitleCost(document);
        _shown[document] = true;
        return cost;
    }

    private int TitleCost(int document) => PromptTokens.Count(_documents[document].Title) + Separator;

    private static int Count(PromptText text, int word) => PromptTokens.Count(text.Span(word..(word + 1)));
}
