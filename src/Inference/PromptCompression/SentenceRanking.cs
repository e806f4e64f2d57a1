namespace Understudy.Inference.PromptCompression;

/// <summary>
/// Which sentences to keep first: those of relevant documents, that share much with the question, and that stand early in their document, where it says
/// what it is about.
/// </summary>
internal static class SentenceRanking
{
    private const double DocumentWeight = 2, CoverageWeight = 0.5, PositionWeight = 0.6;

    /// <summary>Every sentence, those that are to stay before those that may go.</summary>
    /// <param name="texts">The documents' texts.</param>
    /// <param name="relevance">The documents' relevance.</param>
    public static Sentence[] Rank(IReadOnlyList<PromptText> texts, double[] relevance, string question, CompressionOptions options, Background background, CancellationToken cancellationToken)
    {
        Sentence[] sentences = [.. options.Choice == SentenceChoice.Relevant
            ? Score(texts, relevance, question, options, background, cancellationToken).OrderByDescending(sentence => sentence.Score) // equal ones stay in the prompt's order
            : texts.SelectMany((text, document) => text.Sentences.Select(words => new Sentence(document, words, 0)))];
        if (options.Choice == SentenceChoice.Random)
        {
            new Random(options.Seed).Shuffle(sentences);
        }

        return sentences;
    }

    private static List<Sentence> Score(IReadOnlyList<PromptText> texts, double[] relevance, string question, CompressionOptions options, Background background, CancellationToken cancellationToken)
    {
        List<ulong> stems = [], grams = [];
        Terms.Read(question, stems, grams);
        var wanted = grams.Distinct().ToDictionary(gram => gram, background.Information);
        var total = Math.Max(double.Epsilon, wanted.Values.Sum());
        List<Sentence> sentences = [];
        for (var document = 0; document < texts.Count; document++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = texts[document];
            for (var i = 0; i < text.Sentences.Count; i++)
            {
                grams.Clear();
                stems.Clear();
                Terms.Read(text.Span(text.Sentences[i]).ToString(), stems, grams);
                var coverage = grams.Distinct().Sum(gram => wanted.GetValueOrDefault(gram)) / total;
                var position = options.Consecutive ? 0 : (double)i / text.Sentences.Count;
                sentences.Add(new(document, text.Sentences[i], (DocumentWeight * relevance[document]) + (CoverageWeight * coverage) - (PositionWeight * position)));
            }
        }

        return sentences;
    }
}
