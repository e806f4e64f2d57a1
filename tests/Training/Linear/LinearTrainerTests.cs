using Understudy.Inference.Features;
using Understudy.Inference.Linear;
using Understudy.Training.Linear;

namespace Understudy.Training.Tests.Linear;

public sealed class LinearTrainerTests
{
    private static readonly string[] Texts = ["cheap pills now", "meet me at noon", "cheap watches now", "noon is fine for me", "pills and watches", "meet at the office"];
    private static readonly float[][] Targets = [[1, 0], [0, 1], [1, 0], [0, 1], [1, 0], [0, 1]];
    private static readonly NgramOptions Ngrams = new() { Buckets = 4096 };

    [Fact]
    public void Train_SeparableTexts_TellsNewOnesApart()
    {
        using var classifier = new LinearClassifier("test", new LinearTrainer(Ngrams, new()).Train(Texts, Targets));
        var logits = new float[4];
        classifier.Score(["cheap pills and watches", "at noon in the office"], logits);
        Assert.True(logits[0] > logits[1] && logits[3] > logits[2]);
    }

    [Fact]
    public void SaveAndLoad_TrainedModel_ScoresTheSame()
    {
        var model = new LinearTrainer(Ngrams, new() { Epochs = 4 }).Train(Texts, Targets);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            model.Save(path);
            float[] before = new float[12], after = new float[12];
            new LinearClassifier("a", model).Score(Texts, before);
            LinearClassifier.Load(path).Score(Texts, after);
            Assert.Equal(before, after);
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..^10]);
            Assert.Contains("truncated", Assert.Throws<InvalidDataException>(() => LinearClassifier.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Train_WithRatioShare_WeighsWhatOneLabelHasMoreThanWhatBothHave()
    {
        // "cheap" and "both" stand in as many texts; only the first tells the labels apart.
        string[] texts = ["cheap x1", "cheap x2", "both x3", "both x4"];
        float[][] targets = [[1, 0], [1, 0], [1, 0], [0, 1]];
        var (plain, weighed) = (Idf(0), Idf(0.5f));
        Assert.Equal(plain.Cheap, plain.Both);
        Assert.True(weighed.Cheap > weighed.Both && weighed.Both > 0);

        (float Cheap, float Both) Idf(float share)
        {
            var ngrams = Ngrams with { MaxChars = 0, MaxWords = 1 };
            var model = new LinearTrainer(ngrams, new() { Epochs = 1, RatioShare = share }).Train(texts, targets);
            return (model.Idf[Bucket(ngrams, "cheap")], model.Idf[Bucket(ngrams, "both")]);
        }
    }

    [Fact]
    public void Train_WithRatioShare_KeepsProportionsOfWeightsThatAreTooLarge()
    {
        string[] texts = [.. Enumerable.Range(0, 4000).Select(i => i < 40 ? "rare" : "common")];
        float[][] targets = [.. texts.Select(text => text == "rare" ? new float[] { 1, 0 } : [0, 1])];
        var ngrams = Ngrams with { MaxChars = 0, MaxWords = 1 };
        var idf = new LinearTrainer(ngrams, new() { Epochs = 1, RatioShare = 1 }).Train(texts, targets).Idf;
        var (rare, common) = (idf[Bucket(ngrams, "rare")], idf[Bucket(ngrams, "common")]);
        Assert.Equal(LinearModel.LargestIdf, rare);
        var (rarer, lessRare) = ((MathF.Log(4001f / 41) + 1) * MathF.Log(41f / 42 * 3962), (MathF.Log(4001f / 3961) + 1) * MathF.Log(3961f / 3962 * 42));
        Assert.Equal(rarer / lessRare, rare / common, 0.3f);
    }

    [Fact]
    public void Train_GoingOnFromAnother_KeepsItsWeights()
    {
        var served = new LinearTrainer(Ngrams, new() { RatioShare = 0.5f }).Train(Texts, Targets);
        var further = new LinearTrainer(Ngrams, new() { RatioShare = 1 }).Train(Texts, [.. Targets.Select(target => target.Reverse().ToArray())], from: served);
        Assert.Equal(served.Idf, further.Idf);
    }

    [Fact]
    public void Train_GoingOnFromAnother_NewFeaturesWeighAsKnownOnesDo()
    {
        // Labels share both words nearly evenly, so that they weigh much less than by rarity alone: 0.57 and 1.27 for 1.46 and 1.96.
        string[] texts = [.. Enumerable.Range(0, 80).Select(i => i % 2 == 0 ? i < 60 ? "both" : "other" : i < 40 ? "both" : "other")];
        float[][] targets = [.. texts.Select((_, i) => i % 2 == 0 ? new float[] { 1, 0 } : [0, 1])];
        var ngrams = Ngrams with { MaxChars = 0, MaxWords = 1 };
        var served = new LinearTrainer(ngrams, new() { Epochs = 1, RatioShare = 1 }).Train(texts, targets);
        var further = new LinearTrainer(ngrams, new() { Epochs = 1 }).Train([.. texts.Select((text, i) => i % 4 == 0 ? text + " new" : text)], targets, from: served);
        var rarity = MathF.Log(81f / 21) + 1;
        Assert.Equal(rarity * (0.57f + 1.27f) / (1.46f + 1.96f), further.Idf[Bucket(ngrams, "new")], 0.1f);
    }

    private static int Bucket(NgramOptions options, string word)
    {
        var vector = new SparseVector();
        new NgramFeatures(options).Extract(word, vector);
        return vector.Indices[0];
    }
}
