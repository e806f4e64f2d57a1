using System.Runtime.InteropServices;

namespace Understudy.Inference.PromptCompression;

/// <summary>
/// How well documents fit a question, by the terms they share (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009).
/// A term's weight is half its rarity among these documents, half its rarity in the language.
/// </summary>
internal sealed class Bm25
{
    private const double Saturation = 1.6, LengthWeight = 0.75;

    /// <summary>Brings rarity in a language, up to 10 nats, to the range of rarity among ten documents.</summary>
    private const double BackgroundScale = 0.25;

    private readonly IReadOnlyList<TermCounts> _documents;
    private readonly Background _background;
    private readonly double _meanLength;

    /// <summary>The documents that hold a term, in order, and how often each does.</summary>
    private readonly Dictionary<ulong, List<(int Document, int Count)>> _holders = [];

    /// <param name="documents">The terms of each.</param>
    /// <param name="background">Rarity in the language.</param>
    public Bm25(IReadOnlyList<TermCounts> documents, Background background)
    {
        (_documents, _background) = (documents, background);
        _meanLength = Math.Max(1, documents.Count == 0 ? 0 : documents.Average(d => d.Length));
        for (var document = 0; document < documents.Count; document++)
        {
            foreach (var (term, count) in documents[document].All)
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(_holders, term, out _) ??= []).Add((document, count));
            }
        }
    }

    /// <summary>One score for each document, 0 where nothing is shared.</summary>
    public double[] Scores(IEnumerable<ulong> question)
    {
        var scores = new double[_documents.Count];
        foreach (var term in question.Distinct())
        {
            if (!_holders.TryGetValue(term, out var holders))
            {
                continue;
            }

            var weight = Weight(term, holders.Count);
            foreach (var (document, count) in holders)
            {
                scores[document] += weight * count * (Saturation + 1) / (count + (Saturation * (1 - LengthWeight + (LengthWeight * _documents[document].Length / _meanLength))));
            }
        }

        return scores;
    }

    private double Weight(ulong term, int holding)
    {
        var local = Math.Log(1 + ((_documents.Count - holding + 0.5) / (holding + 0.5)));
        return (local + (BackgroundScale * _background.Information(term))) / 2;
    }
}
