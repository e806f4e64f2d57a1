using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Encoders;

/// <summary>A linear layer that multiplies in bfloat16 while training and keeps its weights in float32: twice as fast on CPUs that have the instructions, with the same loss.</summary>
internal sealed class MixedLinear : Module<Tensor, Tensor>
{
    // Without the instructions, bfloat16 is emulated and many times slower than float32.
    internal static readonly bool Fast = File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").Any(line => line.Contains("avx512_bf16", StringComparison.Ordinal) || line.Contains("amx_bf16", StringComparison.Ordinal));

    /// <summary>[out, in]</summary>
    public readonly Parameter weight;

    /// <summary>[out]</summary>
    public readonly Parameter bias;

    public MixedLinear(long inputs, long outputs)
        : base(nameof(MixedLinear))
    {
        var bound = Math.Sqrt(6.0 / (inputs + outputs));
        weight = Parameter(rand(outputs, inputs) * (2 * bound) - bound);
        bias = Parameter(zeros(outputs));
        RegisterComponents();
    }

    /// <param name="input">[…, in]</param>
    /// <returns>[…, out]</returns>
    public override Tensor forward(Tensor input) => training && Fast
        ? functional.linear(input.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16)).to(ScalarType.Float32) + bias
        : functional.linear(input, weight, bias);
}
