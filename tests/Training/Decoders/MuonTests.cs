using TorchSharp;
using Understudy.Training.Decoders;

namespace Understudy.Training.Tests.Decoders;

public sealed class MuonTests
{
    [Theory]
    [InlineData(48, 20)]
    [InlineData(20, 48)]
    [InlineData(32, 32)]
    public void Orthogonal_AnyMatrix_KeepsItsDirectionsAndMakesThemAboutEquallyLong(int rows, int columns)
    {
        torch.random.manual_seed(7);
        using var scope = torch.NewDisposeScope();

        // Directions a hundred times as long as others, as gradients have.
        var (u, _, v) = torch.linalg.svd(torch.randn(rows, columns), fullMatrices: false);
        var lengths = torch.linspace(0.01, 1, Math.Min(rows, columns));
        var singular = u.t().matmul(Muon.Orthogonal((u * lengths).matmul(v))).matmul(v.t());
        var on = singular.diagonal().data<float>().ToArray();
        Assert.All(on.Skip(on.Length / 10), length => Assert.InRange(length, 0.6, 1.3));
        Assert.InRange((singular - torch.diag(singular.diagonal())).abs().max().item<float>(), 0, 0.1);
    }

    [Fact]
    public void Step_SameGradientAgainAndAgain_IsAsLongAsAdams()
    {
        torch.random.manual_seed(7);
        using var scope = torch.NewDisposeScope();
        var (gradient, momentum) = (torch.randn(64, 32), torch.zeros(64, 32));
        var step = torch.zeros(64, 32);
        for (var i = 0; i < 100; i++)
        {
            step = Muon.Step(gradient, momentum);
        }

        Assert.InRange((momentum - gradient).abs().max().item<float>(), 0, 0.05);
        Assert.InRange(step.square().mean().sqrt().item<float>(), 0.2 * 0.7, 0.2 * 1.2);
        Assert.True((step * gradient).sum().item<float>() > 0);
    }
}
