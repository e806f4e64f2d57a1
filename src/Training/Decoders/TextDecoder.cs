using TorchSharp.Modules;
using Understudy.Inference.Decoding;
using Understudy.Training.Onnx;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Decoders;

/// <summary>A decoder-only language model of Llama's kind, without biases.</summary>
internal sealed class TextDecoder : Module<Tensor, Tensor>
{
    public readonly Embedding embedding;
    public readonly ModuleList<DecoderLayer> layers;
    public readonly RootMeanSquareNorm finalNorm;

    /// <summary>Null when the embedding table is the head, which halves a small model with a large vocabulary.</summary>
    public readonly Projection? head;
    private readonly Dropout _dropout;
    private readonly Rotary _rotary;

    public TextDecoder(DecoderShape shape, bool tied, double dropout = 0)
        : base(nameof(TextDecoder))
    {
        Shape = shape;
        embedding = Embedding(shape.Vocabulary, shape.Width);
        init.normal_(embedding.weight!, 0, 0.02);
        layers = new([.. Enumerable.Range(0, shape.Layers).Select(_ => new DecoderLayer(shape, dropout))]);
        finalNorm = new(shape.Width);
        head = tied ? null : new(shape.Width, shape.Vocabulary, 0.02);
        _dropout = Dropout(dropout);
        _rotary = new(shape);
        RegisterComponents();
    }

    public DecoderShape Shape { get; }

    /// <summary>The matrices between the embeddings and the head.</summary>
    public IReadOnlySet<Parameter> Matrices => new HashSet<Parameter>(
        layers.SelectMany(layer => new[] { layer.qkv, layer.output, layer.gateUp, layer.down }).Select(part => part.weight), ReferenceEqualityComparer.Instance);

    public long Parameters => parameters().Sum(parameter => parameter.numel());

    /// <param name="ids">[B, S] int64; what follows a text in its row is padding, which no token of the text can see.</param>
    /// <returns>What the head reads, [B, S, D].</returns>
    public override Tensor forward(Tensor ids)
    {
        var hidden = _dropout.forward(embedding.forward(ids));
        foreach (var layer in layers)
        {
            hidden = layer.forward(hidden, _rotary);
        }

        return finalNorm.forward(hidden);
    }

    /// <returns>What the head reads where something is to be predicted, [N, D]: it need not be run elsewhere.</returns>
    public Tensor Hidden(TokenBatch batch)
    {
        var hidden = forward(batch.Ids);
        return hidden.view(-1, hidden.shape[2]).index_select(0, batch.Positions);
    }

    /// <param name="hidden">[N, D], rows of what <see cref="forward"/> gives.</param>
    /// <returns>[N, V]</returns>
    public Tensor Logits(Tensor hidden) => head?.forward(hidden) ?? Projection.Multiply(hidden, embedding.weight!, training);

    /// <summary>The weights as plain arrays, for export.</summary>
    public DecoderWeights Weights()
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var table = embedding.weight!;
        return new(
            Shape,
            Values(table),
            [.. layers.Select(layer => new DecoderLayerWeights(
                Values(layer.attentionNorm.weight),
                layer.qkv.InputMajor(),
                layer.output.InputMajor(),
                Values(layer.feedForwardNorm.weight),
                layer.gateUp.InputMajor(),
                layer.down.InputMajor()))],
            Values(finalNorm.weight),
            head?.InputMajor() ?? Values(table.t().contiguous()));
    }

    private static float[] Values(Tensor tensor) => tensor.detach().data<float>().ToArray();
}
