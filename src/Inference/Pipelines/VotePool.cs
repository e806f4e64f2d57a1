using System.Numerics.Tensors;
using Understudy.Inference.Cascades;

namespace Understudy.Inference.Pipelines;

/// <summary>Joins a student's vote with those before it, where its release says how (<see cref="OpinionPool"/>).</summary>
internal static class VotePool
{
    /// <param name="students">The release's.</param>
    /// <param name="student">One of them.</param>
    /// <param name="vote">What it says by itself.</param>
    /// <param name="before">What others have said of the same input.</param>
    public static TierVote Join(IReadOnlyList<Tier> students, Tier student, TierVote vote, IReadOnlyList<TierVote> before)
    {
        if (student.Pool is not { } pool)
        {
            return vote;
        }

        var said = new float[]?[pool.Count];
        var missing = false;
        for (var i = 0; i < said.Length - 1; i++)
        {
            said[i] = before.FirstOrDefault(one => one.Tier == students[i].Name)?.Probabilities;
            missing |= said[i] is null && students[i].MayAnswer && pool.Hears(i);
        }

        said[^1] = vote.Probabilities;
        var pooled = pool.Combine(said);
        var label = TensorPrimitives.IndexOfMax<float>(pooled);
        return ReferenceEquals(pooled, vote.Probabilities) ? vote with { Alone = missing } : vote with { Pooled = pooled, Label = label, Confidence = pooled[label] };
    }
}
