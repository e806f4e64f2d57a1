using System.Numerics.Tensors;

namespace Understudy.Inference.Calibration;

/// <summary>From logits to probabilities. Thread-safe.</summary>
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
}
