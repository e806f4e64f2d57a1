namespace Understudy.Workflows.Retraining;

/// <summary>What the gate measured of one release; shares are of inputs as they are served.</summary>
/// <param name="StudentAccuracy">Of the first student that was retrained, on its own.</param>
/// <param name="Accuracy">Of the whole cascade, an ensemble left out.</param>
/// <param name="StudentShare">The share of inputs that a student answers.</param>
/// <param name="CalibrationError">Expected calibration error of the student, 15 bins of equal mass.</param>
/// <param name="StudentMilliseconds">The student's time for a text, the least of several turns.</param>
/// <param name="Milliseconds">Model time for a text as the manifests have it, all tiers together.</param>
/// <param name="Bytes">Of its models and tokenizers.</param>
/// <param name="Certified">Whether its thresholds keep the task's guarantee.</param>
public sealed record GateFigures(
    double StudentAccuracy, double Accuracy, double StudentShare, double CalibrationError, double StudentMilliseconds, double Milliseconds, long Bytes, bool Certified)
{
    /// <summary>Of <see cref="Bytes"/>, what only students take that the release that serves does not have.</summary>
    public long AddedBytes { get; init; }
}
