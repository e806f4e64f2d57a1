namespace Understudy.Training.Studies;

/// <summary>Two variants, seed by seed.</summary>
/// <param name="Name">The one that is tried.</param>
/// <param name="Against">The one without it.</param>
/// <param name="Difference">Mean of its score minus the other's, same seed.</param>
/// <param name="Deviation">Sample standard deviation of those differences.</param>
/// <param name="Better">On how many seeds it is strictly better.</param>
public sealed record StudyComparison(string Name, string Against, double Difference, double Deviation, int Better);
