using TorchSharp.Modules;
using Understudy.Training.Images;
using static TorchSharp.torch;

namespace Understudy.Training.Compression;

/// <summary>
/// Structured pruning of a convolution's filters by their L1 norm (Li et al., arXiv 1608.08710): the smallest go, and with each the kernels
/// of the next convolution that read it, so that what is left is a smaller dense network.
/// </summary>
internal static class FilterPruning
{
    /// <summary>Filters of a convolution, the one with the smallest Σ|w| first.</summary>
    public static int[] Rank(Conv2d convolution)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var norms = convolution.weight!.abs().sum([1, 2, 3]).data<float>().ToArray();
        return [.. Enumerable.Range(0, norms.Length).OrderBy(filter => norms[filter])];
    }

    /// <summary>The network without the first filters of each order.</summary>
    /// <param name="orders">For every convolution its filters, first to go first.</param>
    /// <param name="dropped">How many go of every convolution; at least one filter must stay.</param>
    public static ConvolutionNetwork Prune(ConvolutionNetwork network, IReadOnlyList<int[]> orders, IReadOnlyList<int> dropped)
    {
        long[][] kept = [.. orders.Zip(dropped, (order, count) => order.Skip(count).Order().Select(filter => (long)filter).ToArray())];
        var pruned = new ConvolutionNetwork([.. kept.Select(filters => filters.Length)], (int)network.head.weight!.shape[0]);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        Tensor? read = null;
        for (var at = 0; at < kept.Length; at++)
        {
            var filters = tensor(kept[at]);
            var (convolution, norm, from) = (network.convolutions[at], network.norms[at], pruned.norms[at]);
            var kernels = convolution.weight!.index_select(0, filters);
            pruned.convolutions[at].weight!.copy_(read is null ? kernels : kernels.index_select(1, read));
            from.weight!.copy_(norm.weight!.index_select(0, filters));
            from.bias!.copy_(norm.bias!.index_select(0, filters));
            from.running_mean!.copy_(norm.running_mean!.index_select(0, filters));
            from.running_var!.copy_(norm.running_var!.index_select(0, filters));
            read = filters;
        }

        pruned.head.weight!.copy_(network.head.weight!.index_select(1, read!));
        pruned.head.bias!.copy_(network.head.bias!);
        pruned.eval();
        return pruned;
    }
}
