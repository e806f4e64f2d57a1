namespace Understudy.Training.Studies;

/// <summary>One variant measured with one seed.</summary>
/// <param name="Score">The study's metric; higher is better.</param>
/// <param name="Facts">What else was measured.</param>
internal sealed record StudyMeasurement(double Score, IReadOnlyDictionary<string, double> Facts);
