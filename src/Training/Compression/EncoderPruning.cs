using Understudy.Training.Encoders;
using static TorchSharp.torch;

namespace Understudy.Training.Compression;

/// <summary>
/// Structured pruning of a transformer encoder: attention heads and rows of the feed-forward blocks with the smallest L1 norm go, as filters
/// of a convolution do (Li et al., arXiv 1608.08710), and what is left is a smaller dense encoder.
/// </summary>
internal static class EncoderPruning
{
    /// <summary>Into how many parts a layer's heads and rows are divided; the last stays.</summary>
    private const int Steps = 4;

    /// <summary>Heads of a layer, the one with the smallest Σ|w| over its queries, keys, values and output first.</summary>
    public static int[] RankHeads(EncoderLayer layer)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var heads = layer.Size.Heads;
        var read = layer.qkv.weight.abs().sum(1).view(3, heads, -1).sum([0, 2]);
        var written = layer.output.weight.abs().sum([0]).view(heads, -1).sum(1);
        return Smallest(read + written);
    }

    /// <summary>Rows of a layer's feed-forward block, the one with the smallest Σ|w| in and out first.</summary>
    public static int[] RankRows(EncoderLayer layer)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        return Smallest(layer.up.weight.abs().sum(1) + layer.down.weight.abs().sum([0]));
    }

    /// <summary>The encoder without the first heads and rows of each order.</summary>
    /// <param name="heads">A layer each: its heads, first to go first, and how many go; at least one must stay.</param>
    /// <param name="rows">Likewise its feed-forward rows.</param>
    public static TextEncoder Prune(TextEncoder model, IReadOnlyList<(int[] Order, int Dropped)> heads, IReadOnlyList<(int[] Order, int Dropped)> rows, double dropout)
    {
        var sizes = heads.Zip(rows, (h, r) => new EncoderLayerSize(h.Order.Length - h.Dropped, r.Order.Length - r.Dropped)).ToArray();
        var pruned = new TextEncoder(model.Shape, (int)model.head.bias.shape[0], dropout, sizes);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        LayerTransfer.CopyEnds(model, pruned);
        for (var at = 0; at < sizes.Length; at++)
        {
            var (from, into) = (model.layers[at], pruned.layers[at]);
            LayerTransfer.CopyNorms(from, into);
            if (from.widen is { } widen)
            {
                LayerTransfer.Copy(widen, into.widen!);
            }

            var size = (int)(from.output.weight.shape[1] / from.Size.Heads);
            long[] columns = [.. Kept(heads[at]).SelectMany(head => Enumerable.Range((int)head * size, size)).Select(column => (long)column)];
            var inner = from.output.weight.shape[1];
            var packed = tensor(Enumerable.Range(0, 3).SelectMany(part => columns.Select(column => (part * inner) + column)).ToArray());
            into.qkv.weight.copy_(from.qkv.weight.index_select(0, packed));
            into.qkv.bias.copy_(from.qkv.bias.index_select(0, packed));
            into.output.weight.copy_(from.output.weight.index_select(1, tensor(columns)));
            into.output.bias.copy_(from.output.bias);
            var feed = tensor(Kept(rows[at]));
            into.up.weight.copy_(from.up.weight.index_select(0, feed));
            into.up.bias.copy_(from.up.bias.index_select(0, feed));
            into.down.weight.copy_(from.down.weight.index_select(1, feed));
            into.down.bias.copy_(from.down.bias);
        }

        pruned.eval();
        return pruned;
    }

    /// <summary>Heads and rows pruned as far as the same loss lets each layer's, until so much of the layers' weights is left.</summary>
    /// <param name="accuracy">Of a pruned encoder, on held-out examples.</param>
    /// <param name="left">Share of the layers' weights, above 0 and below 1; a quarter of the heads and rows of each layer stays in any case.</param>
    public static TextEncoder ToShare(TextEncoder model, Func<TextEncoder, double> accuracy, double left, double dropout)
    {
        int[][] heads = [.. model.layers.Select(RankHeads)], rows = [.. model.layers.Select(RankRows)];
        var (layers, ends) = (heads.Length, model.embedding.weight!.numel() + model.pool.weight.numel() + model.head.weight.numel());
        var scan = SensitivityScan.Of(2 * layers, Steps, dropped =>
        {
            using var smaller = Without(dropped);
            return accuracy(smaller);
        });
        var chosen = scan.Choose(
            dropped =>
            {
                using var smaller = Without(dropped);
                return smaller.Parameters - ends;
            },
            left * (model.Parameters - ends));
        return Without(chosen ?? [.. Enumerable.Repeat(Steps - 1, 2 * layers)]);

        TextEncoder Without(int[] dropped) => Prune(
            model,
            [.. heads.Select((order, layer) => (order, dropped[layer] * order.Length / Steps))],
            [.. rows.Select((order, layer) => (order, dropped[layers + layer] * order.Length / Steps))],
            dropout);
    }

    private static long[] Kept((int[] Order, int Dropped) parts) => [.. parts.Order.Skip(parts.Dropped).Order().Select(part => (long)part)];

    private static int[] Smallest(Tensor norms)
    {
        var values = norms.data<float>().ToArray();
        return [.. Enumerable.Range(0, values.Length).OrderBy(part => values[part])];
    }
}
