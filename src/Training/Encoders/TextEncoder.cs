using TorchSharp.Modules;
using Understudy.Training.Pretrained;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Encoders;

/// <summary>
/// A transformer encoder with a classification head: token embeddings with sinusoidal positions, pre-norm layers, the mean over the
/// tokens, a tanh layer, logits. The layout is that of Universal Sentence Encoder Lite, so that its weights fit.
/// </summary>
internal sealed class TextEncoder : Module<Tensor, Tensor, Tensor>
{
    public readonly Embedding embedding;
    public readonly ModuleList<EncoderLayer> layers = new();
    public readonly MixedLinear pool;
    public readonly MixedLinear head;
    private readonly Dropout _dropout;
    private readonly Tensor _positions;

    /// <param name="sizes">What pruning left of every layer; null for all of them.</param>
    public TextEncoder(EncoderShape shape, int labels, double dropout = 0.1, IReadOnlyList<EncoderLayerSize>? sizes = null)
        : base(nameof(TextEncoder))
    {
        Shape = shape;
        embedding = Embedding(shape.Vocabulary, shape.Embedding);
        init.normal_(embedding.weight!, 0, 0.05);
        for (var layer = 0; layer < shape.Layers; layer++)
        {
            layers.append(new EncoderLayer(layer == 0 ? shape.Embedding : shape.Width, shape, dropout, sizes?[layer]));
        }

        pool = new(shape.Width, shape.Width);
        head = new(shape.Width, labels);
        _dropout = Dropout(dropout);
        _positions = Positions(shape);
        RegisterComponents();
    }

    public EncoderShape Shape { get; }

    public long Parameters => parameters().Sum(parameter => parameter.numel());

    /// <param name="ids">[B, S] int64, padding 0</param>
    /// <param name="mask">[B, S] float, 1 on tokens</param>
    /// <returns>logits [B, labels]</returns>
    public override Tensor forward(Tensor ids, Tensor mask)
    {
        var (batch, length) = (ids.shape[0], ids.shape[1]);
        var stretch = Shape.Stretch > 0 ? Math.Min(Shape.Stretch, length) : length;
        var count = (length + stretch - 1) / stretch;
        var padding = (count * stretch) - length;
        if (padding > 0)
        {
            (ids, mask) = (functional.pad(ids, [0, padding]), functional.pad(mask, [0, padding]));
        }

        (ids, mask) = (ids.reshape(-1, stretch), mask.reshape(-1, stretch));
        var logits = head.forward(_dropout.forward(Pool(ids, mask))).view(batch, count, -1);
        var tokens = mask.sum(1).view(batch, count, 1);
        return (logits * tokens).sum(1) / tokens.sum(1).clamp_min(1);
    }

    /// <summary>Inputs that are read as one, with what every layer makes of their tokens.</summary>
    /// <returns>Logits [B, labels], and by layer [B, S, width].</returns>
    public (Tensor Logits, IReadOnlyList<Tensor> Stages) Look(Tensor ids, Tensor mask)
    {
        var stages = Stages(ids, mask);
        return (head.forward(_dropout.forward(Pooled(stages[^1], mask))), stages);
    }

    /// <summary>The sentence embedding before the head, [B, width].</summary>
    public Tensor Pool(Tensor ids, Tensor mask) => Pooled(Tokens(ids, mask), mask);

    private Tensor Pooled(Tensor tokens, Tensor mask)
    {
        var weights = mask.unsqueeze(2);
        var mean = (tokens * weights).sum(1) / weights.sum(1).clamp_min(1);
        return pool.forward(mean).tanh();
    }

    /// <summary>The last layer's token vectors, [B, S, width].</summary>
    public Tensor Tokens(Tensor ids, Tensor mask) => Stages(ids, mask)[^1];

    /// <summary>Every layer's token vectors, [B, S, width] each.</summary>
    public IReadOnlyList<Tensor> Stages(Tensor ids, Tensor mask)
    {
        var bias = ((1 - mask) * -1e9).unsqueeze(1).unsqueeze(1);
        var hidden = (embedding.forward(ids) * 2) + _positions[..(int)ids.shape[1]];
        var stages = new List<Tensor>();
        foreach (var layer in layers)
        {
            hidden = layer.forward(hidden, bias);
            stages.Add(hidden);
        }

        return stages;
    }

    /// <summary>Takes over the weights of the pre-trained encoder; the head stays as it is.</summary>
    public void Load(SentenceEncoderPackage package)
    {
        Copy(embedding.weight!, package.Find("module/Embeddings_en"), transpose: false);
        for (var index = 0; index < layers.Count; index++)
        {
            var layer = layers[index];
            var (at, inner) = ($"/Layer_{index}/TransformerLayer/", "layer_norm/layer_norm_");
            Copy(layer.norm1.weight!, package.Find($"{at}layer_prepostprocess/{inner}scale"), transpose: false);
            Copy(layer.norm1.bias!, package.Find($"{at}layer_prepostprocess/{inner}bias"), transpose: false);
            Copy(layer.qkv, package, $"{at}MultiheadAttention/qkv_transform_single/");
            Copy(layer.output, package, $"{at}MultiheadAttention/output_transform_single/");
            if (layer.widen is { } widen)
            {
                Copy(widen, package, $"{at}dense/");
            }

            Copy(layer.norm2.weight!, package.Find($"{at}FFN/layer_prepostprocess/{inner}scale"), transpose: false);
            Copy(layer.norm2.bias!, package.Find($"{at}FFN/layer_prepostprocess/{inner}bias"), transpose: false);
            Copy(layer.up.weight, package.Find($"{at}FFN/conv1/Tensordot/Reshape_1"), transpose: true);
            Copy(layer.up.bias, package.Find($"{at}FFN/conv1/bias"), transpose: false);
            Copy(layer.down.weight, package.Find($"{at}FFN/conv2/Tensordot/Reshape_1"), transpose: true);
            Copy(layer.down.bias, package.Find($"{at}FFN/conv2/bias"), transpose: false);
        }

        Copy(pool.weight, package.Find("tanh_layer_0/weights"), transpose: true);
        Copy(pool.bias, package.Find("tanh_layer_0/bias"), transpose: false);
    }

    /// <summary>Starts the embeddings from a larger model's, projected at random: distances survive (Johnson and Lindenstrauss, 1984).</summary>
    public void ProjectEmbeddings(Tensor larger)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var projection = randn(larger.shape[1], Shape.Embedding) / Math.Sqrt(Shape.Embedding);
        embedding.weight!.copy_(larger.matmul(projection));
    }

    /// <summary>Starts the embeddings from a larger model's along its principal directions, which lose the least of it.</summary>
    /// <param name="larger">[V, D], D at least this model's width of embeddings.</param>
    public void ReduceEmbeddings(Tensor larger)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        // eigh sorts upwards: the last directions are the largest.
        var (_, directions) = linalg.eigh(larger.t().matmul(larger));
        embedding.weight!.copy_(larger.matmul(directions[.., ^Shape.Embedding..]));
    }

    /// <summary>Sinusoidal positions, [max tokens, embedding]: sines first, then cosines.</summary>
    internal static Tensor Positions(EncoderShape shape)
    {
        var half = shape.Embedding / 2;
        var values = new float[shape.MaxTokens * shape.Embedding];
        for (var position = 0; position < shape.MaxTokens; position++)
        {
            for (var i = 0; i < half; i++)
            {
                var angle = position * Math.Exp(-i * Math.Log(10_000) / (half - 1));
                values[(position * shape.Embedding) + i] = (float)Math.Sin(angle);
                values[(position * shape.Embedding) + half + i] = (float)Math.Cos(angle);
            }
        }

        return tensor(values, [shape.MaxTokens, shape.Embedding]);
    }

    private static void Copy(MixedLinear layer, SentenceEncoderPackage package, string prefix)
    {
        Copy(layer.weight, package.Find(prefix + "kernel"), transpose: true);
        Copy(layer.bias, package.Find(prefix + "bias"), transpose: false);
    }

    private static void Copy(Tensor into, (int[] Shape, float[] Values) weight, bool transpose)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var shape = weight.Shape.Where(size => size > 1).Select(size => (long)size).ToArray();
        var value = tensor(weight.Values, shape);
        into.copy_(transpose ? value.t() : value);
    }
}
