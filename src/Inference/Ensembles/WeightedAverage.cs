using System.Numerics.Tensors;

namespace Understudy.Inference.Ensembles;

/// <summary>
/// The linear opinion pool (Stone, 1961): the mean of the tiers' probabilities by fitted weights. Those of tiers that were not asked are shared
/// out among the others in proportion; where all of the weight is theirs, the last tier that was asked answers.
/// </summary>
/// <param name="weights">[tiers], not negative, summing to 1.</param>
internal sealed class WeightedAverage(IReadOnlyList<double> weights) : Ensemble
{
    private readonly float[] _weights = [.. weights.Select(weight => (float)weight)];

    public override string Name => Average;

    private protected override void CombineSeveral(ReadOnlySpan<float[]?> members, int last, Span<float> probabilities)
    {
        var total = 0f;
        probabilities.Clear();
        for (var i = 0; i < members.Length; i++)
        {
            if (members[i] is { } member && _weights[i] > 0)
            {
                total += _weights[i];
                TensorPrimitives.MultiplyAdd(member, _weights[i], probabilities, probabilities);
            }
        }

        if (total > 0)
        {
            TensorPrimitives.Divide(probabilities, total, probabilities);
        }
        else
        {
            members[last]!.CopyTo(probabilities);
        }
    }
}
