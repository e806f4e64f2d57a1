using Understudy.Inference.FunctionCalls;
using Understudy.Training.Encoders;
using static TorchSharp.torch;
using TextEncoder = Understudy.Training.Encoders.TextEncoder;

namespace Understudy.Training.Taggers;

/// <summary>A small encoder with two heads: the intent from the mean over a request's tokens, and a tag from each token.</summary>
internal sealed class CallTaggerModel : nn.Module<Tensor, Tensor, (Tensor Intents, Tensor Tags)>
{
    public readonly TextEncoder encoder;
    public readonly MixedLinear tags;
    private readonly double _dropout;

    public CallTaggerModel(TaggerTraining how, int vocabulary, CallLabels labels)
        : this(new(vocabulary, how.Embedding, how.Width, how.FeedForward, how.Layers, how.Heads, how.MaxTokens), null, labels, how.Dropout)
    {
    }

    /// <param name="shape">Of the encoder; its limit is the longest request.</param>
    /// <param name="sizes">What pruning left of every layer; null for all of them.</param>
    public CallTaggerModel(EncoderShape shape, IReadOnlyList<EncoderLayerSize>? sizes, CallLabels labels, double dropout)
        : base(nameof(CallTaggerModel))
    {
        encoder = new(shape, labels.Intents.Count, dropout, sizes);
        tags = new(shape.Width, labels.Tags.Count);
        _dropout = dropout;
        RegisterComponents();
    }

    /// <param name="ids">[B, S] int64, padding 0</param>
    /// <param name="mask">[B, S] float, 1 on tokens</param>
    /// <returns>Logits [B, intents] and [B, S, tags].</returns>
    public override (Tensor Intents, Tensor Tags) forward(Tensor ids, Tensor mask)
    {
        var (intents, stages) = encoder.Look(ids, mask);
        return (intents, tags.forward(nn.functional.dropout(stages[^1], _dropout, training)));
    }
}
