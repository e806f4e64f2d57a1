namespace Understudy.Inference.Quality;

/// <summary>How often a student names a label.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Calibrated">Its share at calibration.</param>
/// <param name="Recent">Its share now.</param>
public sealed record LabelShift(string Label, double Calibrated, double Recent);
