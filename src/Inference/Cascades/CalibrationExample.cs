namespace Understudy.Inference.Cascades;

/// <summary>One example of the calibration set, answered by every tier.</summary>
/// <param name="Truth">The right label's index. Where no gold label exists, the lead's own answer.</param>
/// <param name="Labels">What each student predicts, in the cascade's order.</param>
/// <param name="Confidences">How sure each student is: the calibrated probability of its label, in [0, 1].</param>
/// <param name="LeadLabel">What the lead predicts.</param>
public sealed record CalibrationExample(int Truth, IReadOnlyList<int> Labels, IReadOnlyList<double> Confidences, int LeadLabel);
