using TorchSharp;
using Understudy.Training.Distillation;
using Understudy.Training.Encoders;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Tests.Encoders;

public sealed class ContrastivePretrainingTests
{
    private static readonly EncoderShape Shape = new(200, 32, 32, 64, 1, 2, 24);

    [Fact]
    public void Train_TextsWithoutLabels_BringsTwoViewsOfOneTogether()
    {
        torch.random.manual_seed(3);
        var random = new Random(3);
        int[][] texts = [.. Enumerable.Range(0, 128).Select(_ => Enumerable.Range(0, 12).Select(_ => random.Next(1, 200)).ToArray())];
        using var model = new TextEncoder(Shape, 2, 0.1);
        var before = Loss(model, texts);
        var head = model.head.weight.clone();

        new ContrastivePretraining(model, new() { Epochs = 15, BatchTexts = 32, Rate = 5e-3 }, seed: 3).Train([.. texts, []], cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(Loss(model, texts) < 0.85 * before, $"{before} before, {Loss(model, texts)} after");
        Assert.True(model.head.weight.equal(head).all().item<bool>());
    }

    [Fact]
    public void Train_WithTheLeadsAttention_LooksWhereTheLeadLooks()
    {
        torch.random.manual_seed(4);
        var random = new Random(4);
        using var lead = new TextEncoder(new(200, 64, 64, 128, 2, 2, 24), 2, 0);
        lead.eval();
        int[][] texts = [.. Enumerable.Range(0, 128).Select(_ => Enumerable.Range(0, 10).Select(_ => random.Next(1, 200)).ToArray())];
        double Distance(double weight)
        {
            torch.random.manual_seed(5);
            using var student = new TextEncoder(Shape, 2, 0);
            new EncoderTrainer("student", student, new() { Epochs = 5, Rate = 2e-3, AttentionWeight = weight }) { Lead = lead }
                .Train([.. texts.Select((ids, i) => new TokenizedText(ids, i % 2))], [], cancellationToken: TestContext.Current.CancellationToken);
            using var none = torch.no_grad();
            var (ids, mask) = Batches.Pad(texts);
            return AttentionLoss.Of(student.Stages(ids, mask), lead.Stages(ids, mask), mask).item<float>();
        }

        var (without, with) = (Distance(0), Distance(10));

        Assert.True(with < 0.9 * without, $"{without} without, {with} with");
    }

    [Fact]
    public void Of_PaddedTexts_TheirPaddingSaysNothing()
    {
        torch.random.manual_seed(6);
        var (student, teacher) = (torch.rand(2, 4, 8), torch.rand(2, 4, 16));
        var mask = torch.tensor(new float[] { 1, 1, 0, 0, 1, 1, 1, 1 }, [2, 4]);
        var changed = student.clone();
        changed[0, 3] = torch.full(8, 100f);

        Assert.Equal(AttentionLoss.Of([student], [teacher], mask).item<float>(), AttentionLoss.Of([changed], [teacher], mask).item<float>(), 1e-6);
        Assert.Equal(0, AttentionLoss.Of([student], [student, student * 3], mask).item<float>(), 1e-3);
    }

    private static double Loss(TextEncoder model, int[][] texts)
    {
        var random = new Random(9);
        model.eval();
        using var none = torch.no_grad();
        torch.Tensor View()
        {
            var (ids, mask) = Batches.Pad([.. texts[..64].Select(text => Array.FindAll(text, _ => random.NextDouble() > 0.2) is { Length: > 0 } kept ? kept : text)]);
            return model.Pool(ids, mask);
        }

        return ContrastiveLoss.Of(View(), View(), 0.1).item<float>();
    }
}
