using Understudy.Training.Encoders;

namespace Understudy.Training.Tests.Encoders;

public sealed class EncoderTrainerTests
{
    private static readonly EncoderShape Shape = new(32, 16, 16, 32, 1, 2, 16);

    [Fact]
    public void Train_WordThatDecides_IsLearned()
    {
        TorchSharp.torch.random.manual_seed(6);
        using var model = new TextEncoder(Shape, 2, 0);
        var texts = Texts(200, teacher: false);
        var reports = new EncoderTrainer("test", model, new EncoderTraining { Epochs = 12, Rate = 5e-3 }).Train(texts[..160], texts[160..]);
        Assert.True(reports[^1].Accuracy > 0.9, $"accuracy {reports[^1].Accuracy}");
        Assert.True(reports[^1].Loss < reports[0].Loss);
    }

    [Fact]
    public void Train_TeacherThatContradictsTheLabels_IsFollowed()
    {
        TorchSharp.torch.random.manual_seed(6);
        using var model = new TextEncoder(Shape, 2, 0);
        var texts = Texts(200, teacher: true);
        new EncoderTrainer("test", model, new EncoderTraining { Epochs = 12, Rate = 5e-3, SoftTargetShare = 1 }).Train(texts, []);
        var scores = new EncoderTrainer("test", model, new EncoderTraining()).Score([.. texts.Select(text => text.Ids)]);
        Assert.True(scores.Zip(texts, (row, text) => (row[0] > row[1] ? 0 : 1) != text.Label).Count(follows => follows) > 180);
    }

    private static List<TokenizedText> Texts(int count, bool teacher)
    {
        var random = new Random(9);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var ids = Enumerable.Range(0, random.Next(3, 12)).Select(_ => random.Next(10, 30)).ToArray();
            var label = i % 2;
            ids[random.Next(ids.Length)] = 4 + label;
            return new TokenizedText(ids, label, teacher ? [label == 0 ? -3 : 3, label == 0 ? 3 : -3] : null);
        })];
    }
}
