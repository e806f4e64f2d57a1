using System.Numerics.Tensors;
using Understudy.Inference.Calibration;

namespace Understudy.Inference.Cascades;

/// <summary>
/// What a student says once those before it have spoken: the logarithmic opinion pool (Genest and Zidek, 1986) of their probabilities and its
/// own, p(c) ∝ Π pᵢ(c)^wᵢ. They were paid for already, and models that err independently know more together. Immutable and thread-safe.
/// </summary>
/// <param name="weights">[students up to this one], its own last; from 0 to <see cref="Greatest"/>, its own at least <see cref="LeastOwn"/>.</param>
public sealed class OpinionPool(IReadOnlyList<double> weights)
{
    /// <summary>No probability is taken for less: a model that is certain must not overrule all others.</summary>
    private const float Least = 1e-9f;

    /// <summary>No weight is greater.</summary>
    public const double Greatest = 20;

    /// <summary>No student's own weight is less.</summary>
    public const double LeastOwn = 1e-3;

    private readonly float[] _weights = [.. weights.Select(weight => (float)weight)];

    /// <summary>How many students it is of, this one included.</summary>
    public int Count => _weights.Length;

    /// <summary>Whether the word of the student at a place counts.</summary>
    public bool Hears(int place) => _weights[place] > 0;

    /// <summary>Pools what was said.</summary>
    /// <param name="said">[students up to this one], probabilities [labels], its own last; null for a student that was not asked.</param>
    /// <returns>Probabilities that sum to 1; this student's own, as they came, where one whose word counts was not asked.</returns>
    public float[] Combine(ReadOnlySpan<float[]?> said)
    {
        var own = said[^1] ?? throw new ArgumentException("The student itself has said nothing.", nameof(said));
        var pooled = new float[own.Length];
        var logarithms = new float[own.Length];
        for (var i = 0; i < _weights.Length; i++)
        {
            if (_weights[i] == 0)
            {
                continue;
            }

            if (said[i] is not { } probabilities)
            {
                return own;
            }

            Logarithms(probabilities, logarithms);
            TensorPrimitives.MultiplyAdd(logarithms, _weights[i], pooled, pooled);
        }

        Softmax.Tempered(pooled, 1, pooled);
        return pooled;
    }

    /// <summary>What each student says once those before it have spoken.</summary>
    /// <param name="pools">[students]; null for one that speaks for itself.</param>
    /// <param name="said">[students][labels], probabilities, each by itself.</param>
    public static float[][] Join(IReadOnlyList<OpinionPool?> pools, float[][] said) =>
        [.. said.Select((own, place) => pools[place]?.Combine(said.AsSpan(0, place + 1)) ?? own)];

    /// <summary>The logarithms of probabilities, none of them less than that of <see cref="Least"/>.</summary>
    public static void Logarithms(ReadOnlySpan<float> probabilities, Span<float> logarithms)
    {
        TensorPrimitives.Max(probabilities, Least, logarithms);
        TensorPrimitives.Log<float>(logarithms, logarithms);
    }
}
