using TorchSharp;
using TorchSharp.Modules;
using Understudy.Training.Decoders;
using AdamW = Understudy.Training.Decoders.AdamW;

namespace Understudy.Training.Tests.Decoders;

public sealed class AdamWTests
{
    private const double Rate = 0.1, Decay = 0.3;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public void Step_MatrixThatIsOrthogonalFromSomeStepOn_TakesMuonsStepsFromThereAndNoOtherDoes(int from, int adamSteps)
    {
        torch.random.manual_seed(7);
        using var scope = torch.NewDisposeScope();
        var (matrix, embeddings, norm) = (new Parameter(torch.randn(12, 8)), new Parameter(torch.randn(12, 8)), new Parameter(torch.randn(8)));
        var (same, sameEmbeddings, sameNorm) = (new Parameter(matrix.detach().clone()), new Parameter(embeddings.detach().clone()), new Parameter(norm.detach().clone()));
        using var mixed = new AdamW([matrix, embeddings, norm], Decay) { Orthogonal = new HashSet<Parameter>([matrix], ReferenceEqualityComparer.Instance), OrthogonalFrom = from };
        using var plain = new AdamW([same, sameEmbeddings, sameNorm], Decay);
        for (var step = 0; step < 2; step++)
        {
            var (before, momentum) = (matrix.detach().clone(), mixed.State[0].clone());
            var gradients = new[] { torch.randn(12, 8), torch.randn(12, 8), torch.randn(8) };
            Take(mixed, [matrix, embeddings, norm], gradients);
            Take(plain, [same, sameEmbeddings, sameNorm], gradients);
            if (step >= from)
            {
                var expected = (before * (1 - (Rate * Decay))) - (Rate * Muon.Step(gradients[0], momentum));
                Assert.InRange((expected - matrix).abs().max().item<float>(), 0, 1e-5);
            }

            Assert.Equal(step < adamSteps, torch.allclose(matrix.detach(), same.detach(), 1e-5, 1e-6));
            Assert.True(torch.allclose(embeddings.detach(), sameEmbeddings.detach()));
            Assert.True(torch.allclose(norm.detach(), sameNorm.detach()));
        }
    }

    private static void Take(AdamW optimizer, Parameter[] parameters, torch.Tensor[] gradients)
    {
        foreach (var (parameter, gradient) in parameters.Zip(gradients))
        {
            (parameter * gradient).sum().backward(); // whose gradient is that
        }

        optimizer.Step(Rate, clip: 1e9);
    }
}
