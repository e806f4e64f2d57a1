using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Encoders;

/// <summary>A pre-norm transformer layer: attention and a ReLU feed-forward block, each added to the residual stream.</summary>
internal sealed class EncoderLayer : Module<Tensor, Tensor, Tensor>
{
    public readonly LayerNorm norm1;
    public readonly MixedLinear qkv;
    public readonly MixedLinear output;
    public readonly MixedLinear? widen;
    public readonly LayerNorm norm2;
    public readonly MixedLinear up;
    public readonly MixedLinear down;
    private readonly Dropout _dropout;
    private readonly long _inner;

    /// <param name="size">What pruning left of the layer; null for all of it.</param>
    public EncoderLayer(long inputs, EncoderShape shape, double dropout, EncoderLayerSize? size = null)
        : base(nameof(EncoderLayer))
    {
        Size = size ?? new(shape.Heads, shape.FeedForward);
        _inner = inputs / shape.Heads * Size.Heads;
        norm1 = LayerNorm(inputs, eps: 1e-6);
        qkv = new(inputs, 3 * _inner);
        output = new(_inner, shape.Width);
        widen = inputs == shape.Width ? null : new(inputs, shape.Width);
        norm2 = LayerNorm(shape.Width, eps: 1e-6);
        up = new(shape.Width, Size.FeedForward);
        down = new(Size.FeedForward, shape.Width);
        _dropout = Dropout(dropout);
        RegisterComponents();
    }

    public EncoderLayerSize Size { get; }

    /// <param name="input">[B, S, inputs]</param>
    /// <param name="bias">[B, 1, 1, S], 0 on tokens and −1e9 on padding</param>
    /// <returns>[B, S, width]</returns>
    public override Tensor forward(Tensor input, Tensor bias)
    {
        var (batch, length) = (input.shape[0], input.shape[1]);
        var heads = qkv.forward(norm1.forward(input)).view(batch, length, 3, Size.Heads, _inner / Size.Heads).permute(2, 0, 3, 1, 4);
        var attended = functional.scaled_dot_product_attention(heads[0], heads[1], heads[2], bias);
        var merged = attended.transpose(1, 2).reshape(batch, length, _inner);
        var residual = (widen?.forward(input) ?? input) + _dropout.forward(output.forward(merged));
        var fed = down.forward(functional.relu(up.forward(norm2.forward(residual))));
        return residual + _dropout.forward(fed);
    }
}
