using System.Diagnostics;
using CsCheck;
using Understudy.Inference.PromptCompression;

namespace Understudy.Inference.Tests.PromptCompression;

public sealed class Bm25Tests
{
    [Fact]
    public void Scores_AnyDocuments_AreTheFormulas() => Gen.Select(Gen.ULong[0, 20].Array[0, 12].Array[0, 8], Gen.ULong[0, 25].Array[0, 10]).Sample((texts, question) =>
    {
        var documents = Array.ConvertAll(texts, Counts);

        Assert.Equal(Plain(documents, question), new Bm25(documents, Background.English).Scores(question));
    });

    [Fact]
    public void Scores_ManyDocumentsThatShareNothingWithALongQuestion_CostsNoneOfThemEachTerm()
    {
        // Term by document it would be 500 million look-ups.
        var documents = Enumerable.Range(0, 50_000).Select(_ => Counts([1])).ToArray();
        var question = Enumerable.Range(2, 10_000).Select(term => (ulong)term);
        var clock = Stopwatch.StartNew();

        Assert.All(new Bm25(documents, Background.English).Scores(question), score => Assert.Equal(0, score));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }

    private static TermCounts Counts(ulong[] terms)
    {
        var counts = new TermCounts();
        counts.Add(terms, 1);
        return counts;
    }

    /// <summary>Every term by every document, as it is written down.</summary>
    private static double[] Plain(TermCounts[] documents, ulong[] question)
    {
        var mean = Math.Max(1, documents.Length == 0 ? 0 : documents.Average(document => document.Length));
        var scores = new double[documents.Length];
        foreach (var term in question.Distinct())
        {
            var holding = documents.Count(document => document.All.ContainsKey(term));
            var weight = (Math.Log(1 + ((documents.Length - holding + 0.5) / (holding + 0.5))) + (0.25 * Background.English.Information(term))) / 2;
            for (var i = 0; i < documents.Length; i++)
            {
                var count = documents[i].All.GetValueOrDefault(term);
                scores[i] += weight * count * 2.6 / (count + (1.6 * (0.25 + (0.75 * documents[i].Length / mean))));
            }
        }

        return scores;
    }
}
