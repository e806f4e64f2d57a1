using Understudy.Inference.Quality;

namespace Understudy.Workflows.Quality;

/// <summary>The data of <c>Understudy.DriftDetected</c>.</summary>
/// <param name="Task">The task.</param>
/// <param name="Release">The version that serves.</param>
/// <param name="From">When the recent window begins.</param>
/// <param name="Recent">Of the window.</param>
/// <param name="Calibrated">Of the calibration set.</param>
/// <param name="Sites">What the lead says of edge sites' answers, and their inputs; null where nothing of either is known.</param>
/// <param name="Inputs">How recent inputs differ from those of the calibration set; null where either is not known.</param>
internal sealed record DriftDetected(string Task, string Release, DateTimeOffset From, QualityEstimate Recent, QualityEstimate Calibrated, SiteAgreement? Sites = null, InputShift? Inputs = null);
