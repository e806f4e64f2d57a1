using Understudy.Inference.Quality;

namespace Understudy.Workflows.Quality;

/// <summary>How good a task's answers are, with the lead as the judge.</summary>
public sealed record QualityReport
{
    public required string Task { get; init; }

    /// <summary>The version that serves.</summary>
    public required string Release { get; init; }

    /// <summary>Null where nothing is audited: then nothing else is told.</summary>
    public TaskAudit? Audit { get; init; }

    /// <summary>When the recent window begins.</summary>
    public DateTimeOffset? RecentFrom { get; init; }

    /// <summary>Of the window.</summary>
    public QualityEstimate? Recent { get; init; }

    /// <summary>Of the last 30 days.</summary>
    public QualityEstimate? Month { get; init; }

    /// <summary>Of the release's calibration set, all of it audited; null where the release does not keep what its tiers said there.</summary>
    public QualityEstimate? Calibrated { get; init; }

    /// <summary>
    /// Whether the students agree with the lead now more or less often than at calibration: their intervals at <see cref="DriftLevel"/> have nothing
    /// in common. Null without a calibrated agreement or without audits.
    /// </summary>
    public bool? Drift { get; init; }

    /// <summary>How the inputs of the window differ from those of the calibration set; null where either is not known.</summary>
    public InputShift? Inputs { get; init; }

    /// <summary>The same of edge sites that serve this release: what the lead says of their answers, and their inputs; null where nothing of either is known.</summary>
    public SiteAgreement? Sites { get; init; }

    /// <summary>Whether anything of it is drift.</summary>
    internal bool HasDrift => Drift is true || Inputs?.Drift is true || Sites?.Drift is true || Sites?.Inputs?.Drift is true;

    /// <summary>Of the intervals that drift is judged by.</summary>
    public double DriftLevel { get; init; } = QualityReader.DriftLevel;
}
