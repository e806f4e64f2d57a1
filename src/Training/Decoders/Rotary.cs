using Understudy.Inference.Decoding;
using static TorchSharp.torch;

namespace Understudy.Training.Decoders;

/// <summary>Rotary positions (Su et al., arXiv 2104.09864), the halves of a head turned against each other.</summary>
internal sealed class Rotary
{
    private readonly Tensor _cos;
    private readonly Tensor _sin;

    public Rotary(DecoderShape shape)
    {
        var half = shape.HeadDim / 2;
        var (cos, sin) = (new float[shape.MaxTokens * half], new float[shape.MaxTokens * half]);
        for (var position = 0; position < shape.MaxTokens; position++)
        {
            for (var pair = 0; pair < half; pair++)
            {
                var angle = (float)(position * Math.Pow(DecoderShape.RotaryBase, -2.0 * pair / shape.HeadDim));
                (sin[(position * half) + pair], cos[(position * half) + pair]) = MathF.SinCos(angle);
            }
        }

        _cos = tensor(cos, [shape.MaxTokens, half]);
        _sin = tensor(sin, [shape.MaxTokens, half]);
    }

    /// <param name="heads">[B, heads, S, hd]; the first is at position 0.</param>
    public Tensor Turn(Tensor heads)
    {
        var length = (int)heads.shape[2];
        var (cos, sin) = (_cos[..length], _sin[..length]);
        var halves = heads.chunk(2, -1);
        return cat([(halves[0] * cos) - (halves[1] * sin), (halves[1] * cos) + (halves[0] * sin)], -1);
    }
}
