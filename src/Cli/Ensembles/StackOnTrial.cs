using System.Numerics.Tensors;
using Understudy.Cli.Calibration;
using Understudy.Inference.Ensembles;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Ensembles;

/// <summary>A release's stack, asked about every record beside its members.</summary>
/// <param name="By"><c>stack</c>, or the name of the tier that answers in its place.</param>
/// <param name="Policy">Null where the last tier answers.</param>
internal sealed record StackOnTrial(string By, Ensemble? Policy)
{
    /// <summary>The release's own stack, or else one fitted on the calibration set that it keeps; null when it has neither, or none that an ensemble can be fitted on.</summary>
    /// <param name="folder">The release's.</param>
    /// <param name="release">The release.</param>
    public static StackOnTrial? Of(string folder, Release release)
    {
        if (release.Ensemble is { Name: Ensemble.Stack } own)
        {
            return new(Ensemble.Stack, own);
        }

        var kept = Path.Combine(folder, TierOutputs.FileName);
        if (!File.Exists(kept) || release.Students.Count == 0)
        {
            return null;
        }

        var outputs = TierOutputs.Read(kept, release.Manifest);
        if (EnsembleFit.Problem(Ensemble.Stack, outputs) is not null)
        {
            return null;
        }

        var fitted = EnsembleFit.Run(Ensemble.Stack, outputs, [.. release.Manifest.Tiers.Select(tier => tier.Name)]);
        return new(fitted.Report.FellBack ? fitted.Report.BestMember : Ensemble.Stack, fitted.Policy);
    }

    /// <summary>Share of the examples that it is right about when every tier is asked.</summary>
    public double Accuracy(TierProbabilities outputs) => (double)Enumerable.Range(0, outputs.Count).Count(i =>
        (Policy?.Label(outputs.Rows[i], outputs.Labels) ?? TensorPrimitives.IndexOfMax<float>(outputs.Rows[i][^1])) == outputs.Truths[i]) / outputs.Count;
}
