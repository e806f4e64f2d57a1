namespace Understudy.Training.Studies;

/// <summary>How far a study is.</summary>
/// <param name="Step">What is being done.</param>
/// <param name="Fraction">0 to 1: of the preparation step, then of all measurements.</param>
/// <param name="Left">About how long the measurements will take yet; null while nothing is known.</param>
/// <param name="Message">What was reached, in words; empty between reports.</param>
public sealed record StudyProgress(string Step, double Fraction, TimeSpan? Left, string Message);
