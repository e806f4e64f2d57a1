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
}
