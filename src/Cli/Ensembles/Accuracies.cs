using System.Numerics.Tensors;
using Understudy.Cli.Calibration;
using Understudy.Inference.Cascades;

namespace Understudy.Cli.Ensembles;

/// <summary>Counts who is right.</summary>
internal static class Accuracies
{
    /// <summary>How many of the examples a tier is right about.</summary>
    public static int Right(TierProbabilities outputs, IEnumerable<int> examples, int tier) =>
        examples.Count(example => TensorPrimitives.IndexOfMax<float>(outputs.Rows[example][tier]) == outputs.Truths[example]);

    /// <summary>The tier that is right most often; of equals the later, which is larger.</summary>
    public static int Best(TierProbabilities outputs) =>
        Enumerable.Range(0, outputs.Tiers).OrderByDescending(tier => Right(outputs, Enumerable.Range(0, outputs.Count), tier)).ThenByDescending(tier => tier).First();

    /// <summary>
    /// One-sided exact sign test (McNemar's, on the examples about which one of the two is right): the probability of at least that many
    /// wins among <paramref name="wins"/> + <paramref name="losses"/> fair tosses; 1 without any.
    /// </summary>
    public static double SignTest(int wins, int losses) => wins + losses == 0 ? 1 : BinomialTail.AtMost(losses, wins + losses, 0.5);
}
