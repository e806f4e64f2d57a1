using System.Numerics.Tensors;
using Understudy.Inference.Releases;

namespace Understudy.Inference.Ensembles;

/// <summary>
/// Makes one distribution out of those of the tiers that were asked: the policy that a release names in <c>ensemble</c>. A tier that was
/// asked alone is always taken at its word. Immutable and thread-safe.
/// </summary>
public abstract class Ensemble
{
    /// <summary>The last tier that was asked answers: no ensemble.</summary>
    public const string Last = "last";

    /// <summary>The weighted mean of the tiers' probabilities.</summary>
    public const string Average = "average";

    /// <summary>The label that most tiers name.</summary>
    public const string Vote = "vote";

    /// <summary>Multinomial logistic regression over the tiers' log-probabilities.</summary>
    public const string Stack = "stack";

    /// <summary>No probability counts as less in a stack; what a float calls 0 has no logarithm.</summary>
    private const float Least = 1e-7f;

    private protected Ensemble()
    {
    }

    /// <summary>As in a release's manifest.</summary>
    public abstract string Name { get; }

    /// <summary>The policy of a valid manifest; <see langword="null"/> where that is <see cref="Last"/>.</summary>
    public static Ensemble? Of(ReleaseManifest manifest) => Of(manifest.Ensemble, manifest.EnsembleParameters);

    /// <summary>The policy of that name; <see langword="null"/> for <see cref="Last"/>.</summary>
    /// <exception cref="ArgumentException">There is no such policy, or it lacks its parameters.</exception>
    public static Ensemble? Of(string name, EnsembleParameters? parameters) => (name, parameters) switch
    {
        (Last, _) => null,
        (Vote, _) => new MajorityVote(),
        (Average, not null) => new WeightedAverage(parameters.Weights),
        (Stack, not null) => new StackedRegression(parameters),
        _ => throw new ArgumentException($"The ensemble '{name}' {(parameters is null ? "has no parameters" : "is not known")}. Use one of {string.Join(", ", EnsembleRules.Names)}, the fitted ones with their parameters."),
    };

    /// <summary>A tier's log-probability in nats as <see cref="Stack"/> reads it, in fitting and in serving.</summary>
    public static double Log(float probability) => Math.Log(Math.Max(probability, Least));

    /// <summary>One distribution from several.</summary>
    /// <param name="members">[tiers], in the release's order; each [labels], calibrated, or <see langword="null"/> for a tier that was not asked.</param>
    /// <param name="probabilities">[labels], written; sums to 1.</param>
    /// <exception cref="ArgumentException">No tier was asked.</exception>
    public void Combine(ReadOnlySpan<float[]?> members, Span<float> probabilities)
    {
        var (asked, last) = (0, -1);
        for (var i = 0; i < members.Length; i++)
        {
            (asked, last) = members[i] is null ? (asked, last) : (asked + 1, i);
        }

        switch (asked)
        {
            case 0:
                throw new ArgumentException("No tier was asked, so there is nothing to combine.");
            case 1:
                members[last]!.CopyTo(probabilities);
                break;
            default:
                CombineSeveral(members, last, probabilities);
                break;
        }
    }

    /// <summary>The label that <see cref="Combine"/> makes the most probable; of equals the first.</summary>
    public int Label(ReadOnlySpan<float[]?> members, int labels)
    {
        var probabilities = new float[labels];
        Combine(members, probabilities);
        return TensorPrimitives.IndexOfMax<float>(probabilities);
    }

    /// <summary>At least two members are not null, and <paramref name="last"/> is the last of them.</summary>
    private protected abstract void CombineSeveral(ReadOnlySpan<float[]?> members, int last, Span<float> probabilities);
}
