using TorchSharp.Modules;
using Understudy.Inference.Decoding;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Decoders;

/// <summary>Divides a vector by the root of its mean square and scales it (Zhang and Sennrich, arXiv 1910.07467).</summary>
internal sealed class RootMeanSquareNorm : Module<Tensor, Tensor>
{
    /// <summary>[width]</summary>
    public readonly Parameter weight;

    public RootMeanSquareNorm(long width)
        : base(nameof(RootMeanSquareNorm))
    {
        weight = Parameter(ones(width));
        RegisterComponents();
    }

    /// <param name="input">[…, width]</param>
    public override Tensor forward(Tensor input) => input * (input.square().mean([-1], keepdim: true) + DecoderShape.Epsilon).rsqrt() * weight;
}
