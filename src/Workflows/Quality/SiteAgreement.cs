using Understudy.Inference.Quality;

namespace Understudy.Workflows.Quality;

/// <summary>How often the lead confirms what students said of inputs that they passed on: at edge sites now, and at calibration.</summary>
/// <param name="Ruled">Answers of the window that the lead ruled on.</param>
/// <param name="Recent">The share of them where the surest student's word stood, with its interval.</param>
/// <param name="Calibrated">The same of the calibration set; null where the release does not keep it.</param>
/// <param name="Drift">Whether the intervals have nothing in common; null without a calibrated share or without answers.</param>
public sealed record SiteAgreement(long Ruled, ShareInterval Recent, ShareInterval? Calibrated, bool? Drift)
{
    /// <summary>How the sites' inputs differ from those of the calibration set; null where either is not known.</summary>
    public InputShift? Inputs { get; init; }

    internal static SiteAgreement Of(QualityCounts recent, QualityCounts? calibrated)
    {
        var now = ShareInterval.Of(recent.RuledAgreed, recent.Ruled, QualityReader.DriftLevel);
        ShareInterval? before = calibrated is { Ruled: > 0 } ? ShareInterval.Of(calibrated.RuledAgreed, calibrated.Ruled, QualityReader.DriftLevel) : null;
        return new(recent.Ruled, now, before, before is { } known && recent.Ruled > 0 ? !now.Overlaps(known) : null);
    }
}
