using Understudy.Inference.Ensembles;

namespace Understudy.Cli.Ensembles;

/// <summary>An ensemble fitted on a calibration set.</summary>
/// <param name="Report">How it was found. <see cref="EnsembleReport.Chosen"/> is the policy.</param>
/// <param name="Parameters">What was fitted; null where the policy has none.</param>
/// <param name="Served">[examples][tiers]: what is answered once the tiers up to one were asked, each example by a fit that has not seen it; null where the last tier answers.</param>
internal sealed record FittedEnsemble(EnsembleReport Report, EnsembleParameters? Parameters, IReadOnlyList<int[]>? Served)
{
    /// <summary>The policy; null where the last tier that was asked answers.</summary>
    public Ensemble? Policy { get; } = Ensemble.Of(Report.Chosen, Parameters);
}
