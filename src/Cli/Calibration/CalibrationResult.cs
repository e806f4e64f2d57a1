using Understudy.Cli.Ensembles;
using Understudy.Inference.Cascades;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Calibration;

/// <summary>What a calibration chose, and how the promise stood up.</summary>
internal sealed record CalibrationResult
{
    public required string Task { get; init; }

    public required string Release { get; init; }

    public required Guarantee Guarantee { get; init; }

    /// <summary>By student.</summary>
    public required IReadOnlyDictionary<string, double> Thresholds { get; init; }

    public required ThresholdReport Report { get; init; }

    /// <summary>By student of a generation task, how well its confidence tells right calls from wrong ones; null where all are alike, and for classification.</summary>
    public IReadOnlyDictionary<string, double?>? Auroc { get; init; }

    /// <summary>Lines of the data that could not be used.</summary>
    public required int Malformed { get; init; }

    /// <summary>What fitting the ensemble came to; <see langword="null"/> where the last tier that was asked answers and no other policy was asked for.</summary>
    public EnsembleReport? Ensemble { get; init; }

    /// <summary><see langword="null"/> when it was not asked for.</summary>
    public GuaranteeCheckReport? Check { get; init; }

    /// <summary>The new release's version; <see langword="null"/> when none was written.</summary>
    public string? Written { get; init; }
}
