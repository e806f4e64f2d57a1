namespace Understudy.Workflows.Retraining;

/// <summary>What the gate measured of one student on its own.</summary>
/// <param name="Accuracy">On the gate's examples.</param>
/// <param name="CalibrationError">Expected calibration error, 15 bins of equal mass.</param>
/// <param name="Milliseconds">For a text, the least of several turns.</param>
public sealed record StudentFigures(double Accuracy, double CalibrationError, double Milliseconds)
{
    internal static StudentFigures None { get; } = new(0, 0, 0);
}
