using Understudy.Training.Compression;
using Understudy.Training.Encoders;
using static TorchSharp.torch;

namespace Understudy.Training.Tests.Compression;

public sealed class EncoderPruningTests
{
    private static readonly EncoderShape Shape = new(40, 16, 24, 20, 2, 4, 16);

    private static readonly int[][] Texts = [[4, 7, 9, 30], [5, 5, 12]];

    [Fact]
    public void Prune_HeadsAndRowsThatGiveNothing_ChangesNoLogit()
    {
        random.manual_seed(5);
        using var model = new TextEncoder(Shape, 3, 0);
        using (no_grad())
        {
            foreach (var (layer, head, row) in new[] { (0, 2, 7), (1, 0, 19) })
            {
                var size = (int)model.layers[layer].output.weight.shape[1] / Shape.Heads;
                model.layers[layer].output.weight.narrow(1, head * size, size).zero_();
                model.layers[layer].down.weight.narrow(1, row, 1).zero_();
            }
        }

        using var pruned = EncoderPruning.Prune(model, [([2, 0, 1, 3], 1), ([0, 1, 2, 3], 1)], [(Order(7), 1), (Order(19), 1)], 0);

        Assert.All(pruned.layers, layer => Assert.Equal(new(3, 19), layer.Size));
        Assert.True(pruned.Parameters < model.Parameters);
        Assert.Equal(Logits(model), Logits(pruned), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.True(Logits(model).Max(Math.Abs) > 0.01f);
    }

    [Fact]
    public void Rank_SmallWeights_GoFirst()
    {
        random.manual_seed(5);
        using var model = new TextEncoder(Shape, 3, 0);
        var layer = model.layers[1];
        using (no_grad())
        {
            layer.up.weight.narrow(0, 11, 1).mul_(0.01);
            layer.down.weight.narrow(1, 11, 1).mul_(0.01);
            foreach (var part in new[] { 0, 24, 48 })
            {
                layer.qkv.weight.narrow(0, part + 18, 6).mul_(0.01);
            }

            layer.output.weight.narrow(1, 18, 6).mul_(0.01);
        }

        Assert.Equal(11, EncoderPruning.RankRows(layer)[0]);
        Assert.Equal(3, EncoderPruning.RankHeads(layer)[0]);
    }

    [Fact]
    public void Start_AsManyLayers_IsTheLead()
    {
        random.manual_seed(6);
        using var lead = new TextEncoder(Shape, 3, 0);
        using var student = LayerTransfer.Start(lead, 2, 0);
        Assert.Equal(Logits(lead), Logits(student));
    }

    [Fact]
    public void From_FewerLayers_AreEvenlySpacedFromTheFirstToTheLast()
    {
        Assert.Equal([0, 2, 5], Enumerable.Range(0, 3).Select(layer => LayerTransfer.From(layer, 3, 6)));
        Assert.Equal(0, LayerTransfer.From(0, 1, 6));
    }

    [Theory]
    [InlineData(8, 0.5, 2.5)]
    [InlineData(8, -0.3, 3)]
    public void QualityScore_Reduction_CountsHalvingsLessWhatIsLost(double reduction, double lost, double expected) => Assert.Equal(expected, QualityScore.Of(reduction, lost), 1e-9);

    private static int[] Order(int first) => [first, .. Enumerable.Range(0, Shape.FeedForward).Where(row => row != first)];

    private static float[] Logits(TextEncoder model) => [.. new EncoderTrainer("test", model, new EncoderTraining()).Score(Texts).SelectMany(row => row)];
}
