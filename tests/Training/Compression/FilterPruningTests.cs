using Understudy.Training.Compression;
using Understudy.Training.Images;
using static TorchSharp.torch;

namespace Understudy.Training.Tests.Compression;

public sealed class FilterPruningTests
{
    [Fact]
    public void Rank_FilterOfSmallWeights_GoesFirst()
    {
        using var network = new ConvolutionNetwork([4, 4], 2);
        using (no_grad())
        {
            network.convolutions[1].weight!.select(0, 2).mul_(0.01f);
        }

        Assert.Equal(2, FilterPruning.Rank(network.convolutions[1])[0]);
    }

    [Fact]
    public void Prune_FiltersThatGiveNothing_ChangesNoLogit()
    {
        random.manual_seed(5);
        using var network = new ConvolutionNetwork([4, 6, 6, 8], 3);
        network.eval();
        using (no_grad())
        {
            foreach (var (layer, filter) in new[] { (0, 1), (1, 3), (2, 0), (3, 7) })
            {
                network.convolutions[layer].weight!.select(0, filter).zero_();
                network.norms[layer].bias!.select(0, filter).zero_();
            }
        }

        int[][] orders = [.. network.convolutions.Select(FilterPruning.Rank)];
        using var pruned = FilterPruning.Prune(network, orders, [1, 1, 1, 1]);

        Assert.Equal([3, 5, 5, 7], pruned.Filters);
        Assert.True(pruned.Operations(8) < network.Operations(8));
        using var pictures = randn(5, 3, 8, 8);
        using var none = no_grad();
        Assert.Equal(network.forward(pictures).data<float>().ToArray(), pruned.forward(pictures).data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Fact]
    public void Choose_LayerThatCanSpareNothing_IsLeftAlone()
    {
        // Layer 0 loses 10 points with its first quarter; layer 1 loses one with three of them.
        var scan = SensitivityScan.Of(2, 4, dropped => 0.9 - (dropped[0] * 0.1) - (dropped[1] == 3 ? 0.01 : 0));
        Assert.Equal([0, 3], scan.Choose(dropped => 8 - dropped[0] - dropped[1], 5)!);
        Assert.Null(scan.Choose(dropped => 8 - dropped[0] - dropped[1], 1));
    }
}
