using static TorchSharp.torch;

namespace Understudy.Training.Encoders;

/// <summary>Groups texts of like length, so that little of a batch is padding.</summary>
internal static class Batches
{
    /// <summary>Batches of positions into <paramref name="lengths"/>, in random order when <paramref name="random"/> is given, else longest first.</summary>
    public static List<int[]> Plan(IReadOnlyList<int> lengths, int maxTokens, int maxTexts, Random? random)
    {
        var order = Enumerable.Range(0, lengths.Count).ToArray();
        random?.Shuffle(order);
        var batches = new List<int[]>();
        // Sorting within windows keeps the batches of different epochs different.
        var window = random is null ? Math.Max(order.Length, 1) : maxTexts * 32;
        foreach (var chunk in order.Chunk(window))
        {
            var sorted = chunk.OrderByDescending(position => lengths[position]).ToArray();
            for (var start = 0; start < sorted.Length;)
            {
                var longest = Math.Max(1, lengths[sorted[start]]);
                var count = Math.Clamp(maxTokens / longest, 1, Math.Min(maxTexts, sorted.Length - start));
                batches.Add(sorted[start..(start + count)]);
                start += count;
            }
        }

        if (random is not null)
        {
            var shuffled = batches.ToArray();
            random.Shuffle(shuffled);
            batches = [.. shuffled];
        }

        return batches;
    }

    /// <summary>Ids [B, S] padded with 0, and their mask [B, S].</summary>
    public static (Tensor Ids, Tensor Mask) Pad(IReadOnlyList<int[]> texts)
    {
        var width = texts.Max(ids => ids.Length);
        var ids = new long[texts.Count * width];
        var mask = new float[texts.Count * width];
        for (var row = 0; row < texts.Count; row++)
        {
            for (var column = 0; column < texts[row].Length; column++)
            {
                ids[(row * width) + column] = texts[row][column];
                mask[(row * width) + column] = 1;
            }
        }

        return (tensor(ids, [texts.Count, width]), tensor(mask, [texts.Count, width]));
    }
}
