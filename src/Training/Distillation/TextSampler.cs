using Understudy.Training.Decoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Understudy.Training.Distillation;

/// <summary>Writes on from many prompts at once, without a cache: for models of a million parameters and answers of some dozens of tokens that is fast enough.</summary>
/// <param name="distribution">Token ids [B, S] and the places [B] in B·S to go on from, to probabilities [B, V].</param>
/// <param name="end">The token that ends an answer; it is part of it.</param>
internal sealed class TextSampler(Func<Tensor, Tensor, Tensor> distribution, int end)
{
    /// <summary>A model's own next-token distribution.</summary>
    public static Tensor Probabilities(TextDecoder model, Tensor ids, Tensor places) =>
        functional.softmax(model.Logits(model.forward(ids).view(-1, model.Shape.Width).index_select(0, places)), 1);

    /// <param name="most">Tokens of an answer.</param>
    /// <param name="draw">Draws from torch's generator; else the most likely token is taken.</param>
    /// <returns>The answers alone; one that was cut has no end.</returns>
    public int[][] Complete(IReadOnlyList<int[]> prompts, int most, bool draw, CancellationToken cancellationToken = default)
    {
        using var none = no_grad();
        var rows = prompts.Select(prompt => prompt.ToList()).ToArray();
        for (var step = 0; step < most; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] open = [.. Enumerable.Range(0, rows.Length).Where(row => rows[row].Count == prompts[row].Length || rows[row][^1] != end)];
            if (open.Length == 0)
            {
                break;
            }

            using var scope = NewDisposeScope();
            var width = open.Max(row => rows[row].Count);
            var ids = new long[open.Length * width];
            for (var at = 0; at < open.Length; at++)
            {
                for (var column = 0; column < rows[open[at]].Count; column++)
                {
                    ids[(at * width) + column] = rows[open[at]][column];
                }
            }

            long[] places = [.. open.Select((row, at) => ((long)at * width) + rows[row].Count - 1)];
            var next = distribution(tensor(ids, [open.Length, width]), tensor(places));
            var chosen = (draw ? multinomial(next, 1).squeeze(1) : next.argmax(1)).data<long>().ToArray();
            for (var at = 0; at < open.Length; at++)
            {
                rows[open[at]].Add((int)chosen[at]);
            }
        }

        return [.. rows.Select((row, at) => row.Skip(prompts[at].Length).ToArray())];
    }
}
