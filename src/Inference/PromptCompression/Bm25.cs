namespace Understudy.Inference.PromptCompression;

/// <summary>
/// How well documents fit a question, by the terms they share (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009).
/// A term's weight is half its rarity among these documents, half its rarity in the language.
/// </summary>
/// <param name="documents">The terms of each.</param>
/// <param name="background">Rarity in the language.</param>
internal sealed class Bm25(IReadOnlyList<TermCounts> documents, Background background)
{
    private const double Saturation = 1.6, LengthWeight = 0.75;

    /// <summary>Brings rarity in a language, up to 10 nats, to the range of rarity among ten documents.</summary>
    private const double BackgroundScale = 0.25;

    private readonly double _meanLength = Math.Max(1, documents.Count == 0 ? 0 : documents.Average(d => d.Length));

    /// <summary>One score for each document, 0 where nothing is shared.</summary>
    public double[] Scores(IEnumerable<ulong> question)
    {
        var scores = new double[documents.Count];
        foreach (var term in question.Distinct())
        {
            var weight = Weight(term);
            for (var i = 0; i < scores.Length; i++)
            {
                var document = documents[i];
                var count = document[term];
                scores[i] += weight * count * (Saturation + 1) / (count + (Saturation * (1 - LengthWeight + (LengthWeight * document.Length / _meanLength))));
            }
        }

        return scores;
    }

    private double Weight(ulong term)
    {
        var holding = documents.Count(d => d[term] > 0);
        var local = Math.Log(1 + ((documents.Count - holding + 0.5) / (holding + 0.5)));
        return (local + (BackgroundScale * background.Information(term))) / 2;
    }
}
