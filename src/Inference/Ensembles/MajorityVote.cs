using System.Numerics.Tensors;

namespace Understudy.Inference.Ensembles;

/// <summary>
/// Plurality vote: the label that most of the tiers find most probable. Of labels with equally many votes the one that the larger tier
/// named (tiers stand cheapest first) wins. The probabilities are the mean over the tiers that voted for the winner.
/// </summary>
internal sealed class MajorityVote : Ensemble
{
    public override string Name => Vote;

    private protected override void CombineSeveral(ReadOnlySpan<float[]?> members, int last, Span<float> probabilities)
    {
        probabilities.Clear(); // first the votes, then the probabilities
        for (var i = 0; i <= last; i++)
        {
            if (members[i] is { } member)
            {
                probabilities[TensorPrimitives.IndexOfMax<float>(member)]++;
            }
        }

        var winner = -1;
        for (var i = last; i >= 0; i--)
        {
            if (members[i] is { } member && TensorPrimitives.IndexOfMax<float>(member) is var label && (winner < 0 || probabilities[label] > probabilities[winner]))
            {
                winner = label;
            }
        }

        var votes = probabilities[winner];
        probabilities.Clear();
        for (var i = 0; i <= last; i++)
        {
            if (members[i] is { } member && TensorPrimitives.IndexOfMax<float>(member) == winner)
            {
                TensorPrimitives.MultiplyAdd(member, 1 / votes, probabilities, probabilities);
            }
        }
    }
}
