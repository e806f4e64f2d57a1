using System.Numerics.Tensors;
using Understudy.Cli.Calibration;
using Understudy.Inference.Ensembles;

namespace Understudy.Cli.Ensembles;

/// <summary>
/// Weights on the simplex that make the tiers' mean distribution most likely: the proportions of a mixture whose parts are given, by
/// expectation–maximisation (Dempster, Laird, Rubin, 1977). The likelihood is concave in them, so the maximum is the only one.
/// </summary>
internal static class AveragingFit
{
    private const int Steps = 10_000;

    /// <summary>It stops when no weights can be more likely by more than this, in nats an example.</summary>
    private const double Gap = 1e-6;

    /// <param name="outputs">The tiers' probabilities.</param>
    /// <param name="examples">Which of the examples to fit on; at least one.</param>
    public static EnsembleParameters Fit(TierProbabilities outputs, IReadOnlyList<int> examples)
    {
        double[][] rows = [.. examples.Select(example => outputs.Rows[example].Select(row => Math.Max(row[outputs.Truths[example]], 1e-12)).ToArray())];
        var weights = new double[outputs.Tiers];
        Array.Fill(weights, 1.0 / weights.Length);
        for (var step = 0; step < Steps; step++)
        {
            var slopes = Slopes(rows, weights);
            if (slopes.Max() - 1 < Gap)
            {
                break;
            }

            weights = [.. weights.Zip(slopes, (weight, slope) => weight * slope)];
        }

        var total = weights.Sum();
        return new() { Weights = [.. weights.Select(weight => weight / total)] };
    }

    /// <summary>The slope of the mean log-likelihood in each weight; at the maximum none is above 1.</summary>
    private static double[] Slopes(double[][] rows, double[] weights)
    {
        var slopes = new double[weights.Length];
        foreach (var row in rows)
        {
            var mixed = TensorPrimitives.Dot<double>(row, weights) * rows.Length;
            for (var tier = 0; tier < slopes.Length; tier++)
            {
                slopes[tier] += row[tier] / mixed;
            }
        }

        return slopes;
    }
}
