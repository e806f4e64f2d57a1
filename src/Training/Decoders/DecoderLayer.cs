using TorchSharp.Modules;
using Understudy.Inference.Decoding;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Decoders;

/// <summary>A pre-norm decoder layer: grouped-query attention (arXiv 2305.13245) and a SwiGLU feed-forward (arXiv 2002.05202).</summary>
internal sealed class DecoderLayer : Module<Tensor, Rotary, Tensor>
{
    public readonly RootMeanSquareNorm attentionNorm;
    public readonly Projection qkv;
    public readonly Projection output;
    public readonly RootMeanSquareNorm feedForwardNorm;
    public readonly Projection gateUp;
    public readonly Projection down;
    private readonly Dropout _dropout;
    private readonly DecoderShape _shape;

    public DecoderLayer(DecoderShape shape, double dropout)
        : base(nameof(DecoderLayer))
    {
        _shape = shape;
        // What is added to the residual stream starts smaller the more layers add to it (GPT-2).
        var residual = 0.02 / Math.Sqrt(2.0 * shape.Layers);
        attentionNorm = new(shape.Width);
        qkv = new(shape.Width, shape.QkvWidth, 0.02);
        output = new((long)shape.Heads * shape.HeadDim, shape.Width, residual);
        feedForwardNorm = new(shape.Width);
        gateUp = new(shape.Width, 2L * shape.FeedForward, 0.02);
        down = new(shape.FeedForward, shape.Width, residual);
        _dropout = Dropout(dropout);
        RegisterComponents();
    }

    /// <param name="input">[B, S, D]</param>
    /// <returns>[B, S, D]</returns>
    public override Tensor forward(Tensor input, Rotary rotary)
    {
        var (batch, length) = (input.shape[0], input.shape[1]);
        var (heads, kv, size) = ((long)_shape.Heads, (long)_shape.KvHeads, (long)_shape.HeadDim);
        var packed = qkv.forward(attentionNorm.forward(input)).view(batch, length, heads + (2 * kv), size).transpose(1, 2);
        var turned = rotary.Turn(packed.narrow(1, 0, heads + kv));
        var queries = turned.narrow(1, 0, heads);
        var keys = turned.narrow(1, heads, kv).repeat_interleave(heads / kv, 1);
        var values = packed.narrow(1, heads + kv, kv).repeat_interleave(heads / kv, 1);
        var attended = functional.scaled_dot_product_attention(queries, keys, values, is_casual: true);
        var residual = input + _dropout.forward(output.forward(attended.transpose(1, 2).reshape(batch, length, heads * size)));
        var parts = gateUp.forward(feedForwardNorm.forward(residual)).chunk(2, -1);
        return residual + _dropout.forward(down.forward(functional.silu(parts[0]) * parts[1]));
    }
}
