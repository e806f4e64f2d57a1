using System.Numerics.Tensors;

namespace Understudy.Inference.Calibration;

/// <summary>From logits to probabilities and to measures of confidence. Thread-safe.</summary>
public static class Softmax
{
    /// <summary>softmax(<paramref name="logits"/> / <paramref name="temperature"/>). Both spans are [labels].</summary>
    public static void Tempered(ReadOnlySpan<float> logits, double temperature, Span<float> probabilities)
    {
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), probabilities);
        TensorPrimitives.Divide(probabilities, (float)temperature, probabilities);
        TensorPrimitives.Exp(probabilities, probabilities);
        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum(probabilities), probabilities);
    }

    /// <summary>softmax(<paramref name="logits"/> / <paramref name="temperature"/>), [labels] as they are.</summary>
    public static float[] Tempered(ReadOnlySpan<float> logits, double temperature)
    {
        var probabilities = new float[logits.Length];
        Tempered(logits, temperature, probabilities);
        return probabilities;
    }

    /// <summary>
    /// The log-odds of the most probable label at temperature 1. It ranks inputs as the greatest probability does, but where that
    /// saturates at 1 and ties, the log-odds still tell inputs apart: rank by this, report that.
    /// </summary>
    public static double LogOdds(ReadOnlySpan<float> logits)
    {
        var best = TensorPrimitives.IndexOfMax(logits);
        var top = logits[best];
        if (logits.Length == 1)
        {
            return double.PositiveInfinity;
        }

        var others = double.NegativeInfinity;
        for (var i = 0; i < logits.Length; i++)
        {
            others = i == best ? others : Math.Max(others, logits[i]);
        }

        var sum = 0.0;
        for (var i = 0; i < logits.Length; i++)
        {
            sum += i == best ? 0 : Math.Exp(logits[i] - others);
        }

        return top - (others + Math.Log(sum));
    }
}
