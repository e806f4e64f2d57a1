using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Distillation;

/// <summary>NT-Xent of SimCLR (Chen et al., arXiv 2002.05709): of all others in a batch, a view should be most like the other view of the same thing.</summary>
internal static class ContrastiveLoss
{
    /// <param name="first">[B, D]: one view of each thing.</param>
    /// <param name="second">[B, D]: another view of it, in the same order.</param>
    /// <param name="temperature">τ</param>
    /// <returns>Mean over the 2·B views of −log(exp(sim_ij/τ) / Σ_{k≠i} exp(sim_ik/τ)), sim the cosine.</returns>
    public static Tensor Of(Tensor first, Tensor second, double temperature)
    {
        var count = first.shape[0];
        var views = functional.normalize(cat([first, second], 0));
        var alike = (views.matmul(views.t()) / temperature) - (eye(2 * count) * 1e9);
        var partners = cat([arange(count, 2 * count), arange(0, count)], 0).to(ScalarType.Int64);
        return functional.cross_entropy(alike, partners);
    }
}
