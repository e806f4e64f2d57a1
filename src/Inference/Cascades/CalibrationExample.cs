namespace Understudy.Inference.Cascades;

/// <summary>One example of the calibration set, answered by every tier.</summary>
/// <param name="Truth">The right label's index. Where no gold label exists, the lead's own answer.</param>
/// <param name="Labels">What is answered when the cascade ends at each student, in its order: what that student predicts, or an ensemble of those asked so far.</param>
/// <param name="Confidences">How sure each student is: the calibrated probability of its label, in [0, 1].</param>
/// <param name="LeadLabel">What the lead predicts.</param>
public sealed record CalibrationExample(int Truth, IReadOnlyList<int> Labels, IReadOnlyList<double> Confidences, int LeadLabel)
{
    /// <summary>What is answered once the lead was asked after the students, where an ensemble has the last word; <see langword="null"/>: the lead's label.</summary>
    public int? Deferred { get; init; }
}
