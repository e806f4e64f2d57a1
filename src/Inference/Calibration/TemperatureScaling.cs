namespace Understudy.Inference.Calibration;

/// <summary>
/// Fits the one number that turns a model's logits into honest probabilities (Guo et al., "On Calibration of Modern Neural Networks",
/// arXiv 1706.04599). The mean negative log-likelihood is convex in 1/T: Newton's method finds its minimum, kept inside a shrinking bracket.
/// Thread-safe.
/// </summary>
public static class TemperatureScaling
{
    /// <summary>No temperature is lower; what separates perfectly would otherwise ask for 0.</summary>
    public const double Min = 0.05;

    /// <summary>No temperature is higher; what knows nothing would otherwise ask for infinity.</summary>
    public const double Max = 20;

    /// <summary>The temperature in [<see cref="Min"/>, <see cref="Max"/>] of least negative log-likelihood.</summary>
    /// <param name="logits">[labels.Length, classes], row-major; finite.</param>
    /// <param name="labels">The right class of each row.</param>
    /// <param name="classes">At least 2.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, there are no rows, or a label is not a class.</exception>
    public static double Fit(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes)
    {
        Check(logits, labels, classes);
        double low = 1 / Max, high = 1 / Min, beta = 1;
        for (var step = 0; step < 100 && high - low > 1e-10; step++)
        {
            var (_, slope, curvature) = Evaluate(logits, labels, classes, beta);
            if (slope > 0)
            {
                high = beta;
            }
            else
            {
                low = beta;
            }

            var next = beta - (slope / curvature);
            if (!(next > low && next < high))
            {
                next = (low + high) / 2;
            }

            if (Math.Abs(next - beta) < 1e-10)
            {
                break;
            }

            beta = next;
        }

        return Math.Clamp(1 / beta, Min, Max);
    }

    /// <summary>Mean negative log-likelihood in nats at a temperature. Shapes as in <see cref="Fit"/>.</summary>
    public static double NegativeLogLikelihood(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, double temperature)
    {
        Check(logits, labels, classes);
        return Evaluate(logits, labels, classes, 1 / temperature).Value;
    }

    private static (double Value, double Slope, double Curvature) Evaluate(
        ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, double beta)
    {
        double value = 0, slope = 0, curvature = 0;
        for (var row = 0; row < labels.Length; row++)
        {
            var z = logits.Slice(row * classes, classes);
            double top = System.Numerics.Tensors.TensorPrimitives.Max(z);
            double sum = 0, first = 0, second = 0;
            foreach (var logit in z)
            {
                var weight = Math.Exp(beta * (logit - top));
                sum += weight;
                first += weight * (logit - top);
                second += weight * (logit - top) * (logit - top);
            }

            var mean = first / sum;
            var gold = z[labels[row]] - top;
            value += Math.Log(sum) - (beta * gold);
            slope += mean - gold;
            curvature += (second / sum) - (mean * mean);
        }

        return (value / labels.Length, slope / labels.Length, curvature / labels.Length);
    }

    private static void Check(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes)
    {
        if (labels.IsEmpty || classes < 2 || logits.Length != labels.Length * classes)
        {
            throw new ArgumentException($"There are {logits.Length} logits for {labels.Length} labels and {classes} classes; rows × classes are needed, with at least one row and two classes.");
        }

        foreach (var label in labels)
        {
            if ((uint)label >= (uint)classes)
            {
                throw new ArgumentException($"Label {label} is not among the {classes} classes.");
            }
        }
    }
}
