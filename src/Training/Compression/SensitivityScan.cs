namespace Understudy.Training.Compression;

/// <summary>
/// How much each layer alone can lose (Li et al., arXiv 1608.08710, section 3.2): layers that can spare little are left alone, and the
/// others pruned as far as the same loss of accuracy lets them.
/// </summary>
/// <param name="Losses">[layers][steps]: the accuracy lost when so many steps of a layer's parts go, and nothing else.</param>
internal sealed record SensitivityScan(double[][] Losses)
{
    /// <param name="steps">Into how many a layer is divided; the last stays.</param>
    /// <param name="accuracy">On held-out examples, given how many steps go of every layer.</param>
    public static SensitivityScan Of(int layers, int steps, Func<int[], double> accuracy)
    {
        var whole = accuracy(new int[layers]);
        var losses = new double[layers][];
        for (var layer = 0; layer < layers; layer++)
        {
            losses[layer] = new double[steps - 1];
            for (var step = 1; step < steps; step++)
            {
                var dropped = new int[layers];
                dropped[layer] = step;
                losses[layer][step - 1] = whole - accuracy(dropped);
            }
        }

        return new(losses);
    }

    /// <summary>The steps to drop of every layer under the smallest bound on a layer's own loss that makes the whole small enough.</summary>
    /// <param name="size">Of the whole, given the steps dropped, in any unit.</param>
    /// <param name="wanted">At most this.</param>
    /// <returns>Null when even the most that can go is too little.</returns>
    public int[]? Choose(Func<int[], double> size, double wanted)
    {
        foreach (var bound in Losses.SelectMany(layer => layer).Distinct().Order())
        {
            // The furthest step within the bound: a loss need not grow with every step.
            int[] dropped = [.. Losses.Select(layer => Array.FindLastIndex(layer, loss => loss <= bound) + 1)];
            if (size(dropped) <= wanted)
            {
                return dropped;
            }
        }

        return null;
    }
}
