using Understudy.Training.Encoders;
using static TorchSharp.torch;

namespace Understudy.Training.Compression;

/// <summary>Transfer initialisation: a student's layers start from evenly spaced layers of the lead (as in DistilBERT, arXiv 1910.01108), its ends from the lead's.</summary>
internal static class LayerTransfer
{
    /// <summary>An encoder as wide as the lead with fewer layers, each a copy of one of the lead's.</summary>
    /// <param name="layers">How many; the lead's first is always among them, because it reads the embeddings.</param>
    public static TextEncoder Start(TextEncoder lead, int layers, double dropout)
    {
        var student = new TextEncoder(lead.Shape with { Layers = layers }, (int)lead.head.bias.shape[0], dropout);
        using var none = no_grad();
        CopyEnds(lead, student);
        for (var layer = 0; layer < layers; layer++)
        {
            CopyLayer(lead.layers[From(layer, layers, lead.layers.Count)], student.layers[layer]);
        }

        student.eval();
        return student;
    }

    /// <summary>Which of the lead's layers a student's starts from: the first from the first, the last from the last where there are several.</summary>
    internal static int From(int layer, int layers, int leadLayers) => layers == 1 ? 0 : layer * (leadLayers - 1) / (layers - 1);

    /// <summary>Everything of a layer; both have the same sizes.</summary>
    internal static void CopyLayer(EncoderLayer from, EncoderLayer into)
    {
        using var none = no_grad();
        CopyNorms(from, into);
        Copy(from.qkv, into.qkv);
        Copy(from.output, into.output);
        Copy(from.up, into.up);
        Copy(from.down, into.down);
        if (from.widen is { } widen)
        {
            Copy(widen, into.widen!);
        }
    }

    internal static void CopyNorms(EncoderLayer from, EncoderLayer into)
    {
        into.norm1.weight!.copy_(from.norm1.weight!);
        into.norm1.bias!.copy_(from.norm1.bias!);
        into.norm2.weight!.copy_(from.norm2.weight!);
        into.norm2.bias!.copy_(from.norm2.bias!);
    }

    /// <summary>Embeddings, pooling and head.</summary>
    internal static void CopyEnds(TextEncoder from, TextEncoder into)
    {
        using var none = no_grad();
        into.embedding.weight!.copy_(from.embedding.weight!);
        Copy(from.pool, into.pool);
        Copy(from.head, into.head);
    }

    internal static void Copy(MixedLinear from, MixedLinear into)
    {
        into.weight.copy_(from.weight);
        into.bias.copy_(from.bias);
    }
}
