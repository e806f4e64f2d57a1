using TorchSharp.Modules;
using Understudy.Training.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Decoders;

/// <summary>A matrix without a bias. Multiplies in bfloat16 while training where the CPU does that fast, and keeps its weights in float32.</summary>
internal sealed class Projection : Module<Tensor, Tensor>
{
    /// <summary>[out, in]</summary>
    public readonly Parameter weight;

    /// <param name="deviation">Of the normal distribution that the weights start from.</param>
    public Projection(long inputs, long outputs, double deviation)
        : base(nameof(Projection))
    {
        weight = Parameter(randn(outputs, inputs) * deviation);
        RegisterComponents();
    }

    /// <param name="input">[…, in]</param>
    /// <returns>[…, out]</returns>
    public override Tensor forward(Tensor input) => Multiply(input, weight, training);

    /// <summary>The product with a matrix [out, in].</summary>
    /// <param name="fast">In bfloat16, where the CPU does that fast.</param>
    internal static Tensor Multiply(Tensor input, Tensor weight, bool fast) => fast && MixedLinear.Fast
        ? functional.linear(input.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16)).to(ScalarType.Float32)
        : functional.linear(input, weight);

    /// <summary>As [in, out], row-major.</summary>
    public float[] InputMajor()
    {
        using var none = no_grad();
        using var transposed = weight.t().contiguous();
        return transposed.data<float>().ToArray();
    }
}
