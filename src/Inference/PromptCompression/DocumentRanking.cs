namespace Understudy.Inference.PromptCompression;

/// <summary>How relevant documents are to a question: BM25 over stems and over character 4-grams, added, in [0, 1].</summary>
internal static class DocumentRanking
{
    /// <summary>A title says more about its document than as many words of its text.</summary>
    private const int TitleWeight = 2;
    private const double GramWeight = 1;

    /// <summary>In a conversation each turn also counts for those up to <see cref="Reach"/> away, the less the further.</summary>
    private const int Reach = 20;
    private const double Decay = 0.95;

    /// <summary>One value for each document, 1 for the best; all are 1 where the question shares nothing with any, or does not matter.</summary>
    public static double[] Relevance(PromptParts prompt, CompressionOptions options, Background background, CancellationToken cancellationToken)
    {
        var documents = prompt.Documents;
        if (options.Choice != SentenceChoice.Relevant)
        {
            return [.. documents.Select(_ => 1.0)];
        }

        List<ulong> stems = [], grams = [];
        var stemCounts = new TermCounts[documents.Count];
        var gramCounts = new TermCounts[documents.Count];
        for (var i = 0; i < documents.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (stemCounts[i], gramCounts[i]) = (new(), new());
            Count(documents[i].Title ?? "", TitleWeight);
            Count(documents[i].Text, 1);

            void Count(string text, int weight)
            {
                stems.Clear();
                grams.Clear();
                Terms.Read(text, stems, grams);
                stemCounts[i].Add(stems, weight);
                gramCounts[i].Add(grams, weight);
            }
        }

        stems.Clear();
        grams.Clear();
        Terms.Read(prompt.Question, stems, grams);
        var words = ToOne(new Bm25(stemCounts, background).Scores(stems));
        var parts = ToOne(new Bm25(gramCounts, background).Scores(grams));
        var scores = new double[documents.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = words[i] + (GramWeight * parts[i]);
        }

        return ToOne(options.Consecutive ? Spread(scores) : scores);
    }

    private static double[] ToOne(double[] scores)
    {
        var best = scores.Length == 0 ? 0 : scores.Max();
        return Array.ConvertAll(scores, score => best > 0 ? score / best : 1);
    }

    private static double[] Spread(double[] scores)
    {
        var spread = new double[scores.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            for (var j = Math.Max(0, i - Reach); j <= Math.Min(scores.Length - 1, i + Reach); j++)
            {
                spread[i] += scores[j] * Math.Pow(Decay, Math.Abs(i - j));
            }
        }

        return spread;
    }
}
