using Understudy.Training.Encoders;
using static TorchSharp.torch;

namespace Understudy.Training.Decoders;

/// <summary>
/// Muon (Jordan et al., 2024): a matrix's momentum, made orthogonal, so that a step moves as far in the directions that few examples
/// ask for as in those that all do. Steps have the root mean square of AdamW's (Liu et al., arXiv 2502.16982), so that one rate serves both.
/// </summary>
internal static class Muon
{
    private const double Momentum = 0.95;

    /// <summary>Of numbers in a step of AdamW, as measured in that paper.</summary>
    private const double RootMeanSquare = 0.2;

    private const int Iterations = 5;

    /// <param name="gradient">[rows, columns]</param>
    /// <param name="momentum">The mean of the gradients so far; it takes this one in.</param>
    /// <returns>[rows, columns], to be subtracted, times the rate.</returns>
    public static Tensor Step(Tensor gradient, Tensor momentum)
    {
        momentum.mul_(Momentum).add_(gradient, 1 - Momentum);
        var ahead = (gradient * (1 - Momentum)) + (momentum * Momentum); // Nesterov's
        return Orthogonal(ahead) * (RootMeanSquare * Math.Sqrt(Math.Max(gradient.shape[0], gradient.shape[1])));
    }

    /// <summary>The nearest matrix whose singular values are all about one, by five steps of a quintic Newton–Schulz iteration.</summary>
    public static Tensor Orthogonal(Tensor matrix)
    {
        var tall = matrix.shape[0] > matrix.shape[1];
        var value = (tall ? matrix.t() : matrix) / (matrix.norm() + 1e-7);
        value = value.to(MixedLinear.Fast ? ScalarType.BFloat16 : ScalarType.Float32);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            using var square = value.mm(value.t());
            using var quartic = square.addmm(square, square, beta: -4.7750f, alpha: 2.0315f);
            value = value.addmm(quartic, value, beta: 3.4445f, alpha: 1);
        }

        value = value.to(ScalarType.Float32);
        return tall ? value.t() : value;
    }
}
