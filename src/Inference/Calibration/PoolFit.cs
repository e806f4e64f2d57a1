using System.Numerics.Tensors;
using Understudy.Inference.Cascades;

namespace Understudy.Inference.Calibration;

/// <summary>
/// Fits the weights of an <see cref="OpinionPool"/> on held-out examples, as <see cref="TemperatureScaling"/> fits one number. The mean negative
/// log-likelihood is convex in them: one weight after the other goes to where the slope along it is zero, until none moves. A pull towards the
/// student's own word, as weak as one example, keeps weights from running away where a few examples are told apart without error. Thread-safe.
/// </summary>
public static class PoolFit
{
    private const int Rounds = 50, Halvings = 24;
    private const double Still = 1e-4;

    /// <summary>The weights, from 0 to <see cref="OpinionPool.Greatest"/>, and the last, the student's own, at least <see cref="OpinionPool.LeastOwn"/>.</summary>
    /// <param name="said">[examples][students up to this one][labels], probabilities; at least one example.</param>
    /// <param name="labels">The right label of each example.</param>
    /// <exception cref="ArgumentException">There are no examples, or not as many labels.</exception>
    public static double[] Fit(IReadOnlyList<float[][]> said, IReadOnlyList<int> labels, CancellationToken cancellationToken = default)
    {
        if (said.Count == 0 || said.Count != labels.Count)
        {
            throw new ArgumentException($"There are {said.Count} examples and {labels.Count} labels; each of at least one example needs its label.");
        }

        var logarithms = said.Select(students => Array.ConvertAll(students, Logarithms)).ToArray();
        var weights = new double[said[0].Length];
        weights[^1] = 1;
        var moved = double.PositiveInfinity;
        for (var round = 0; round < Rounds && moved > Still; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            moved = 0;
            for (var student = 0; student < weights.Length; student++)
            {
                var before = weights[student];
                var (low, high) = (student == weights.Length - 1 ? OpinionPool.LeastOwn : 0, OpinionPool.Greatest);
                for (var halving = 0; halving < Halvings; halving++)
                {
                    weights[student] = (low + high) / 2;
                    (low, high) = Slope(logarithms, labels, weights, student) >= 0 ? (low, weights[student]) : (weights[student], high);
                }

                weights[student] = low;
                moved = Math.Max(moved, Math.Abs(low - before));
            }
        }

        return weights;
    }

    private static float[] Logarithms(float[] probabilities)
    {
        var logarithms = new float[probabilities.Length];
        OpinionPool.Logarithms(probabilities, logarithms);
        return logarithms;
    }

    /// <summary>By one weight: what the pool expects its logarithm to be, less what it is of the right label, and the pull; the mean over the examples.</summary>
    private static double Slope(float[][][] logarithms, IReadOnlyList<int> labels, double[] weights, int student)
    {
        var slope = weights[student] - (student == weights.Length - 1 ? 1 : 0);
        var pooled = new float[logarithms[0][0].Length];
        for (var i = 0; i < logarithms.Length; i++)
        {
            Array.Clear(pooled);
            for (var other = 0; other < weights.Length; other++)
            {
                TensorPrimitives.MultiplyAdd(logarithms[i][other], (float)weights[other], pooled, pooled);
            }

            Softmax.Tempered(pooled, 1, pooled);
            slope += TensorPrimitives.Dot<float>(pooled, logarithms[i][student]) - logarithms[i][student][labels[i]];
        }

        return slope / labels.Count;
    }
}
