namespace Understudy.Training.Studies;

/// <summary>One of the ways that a study compares.</summary>
/// <param name="Name">In words.</param>
/// <param name="Scores">The metric, a seed each.</param>
/// <param name="Mean">Of the scores.</param>
/// <param name="Deviation">Their sample standard deviation; 0 for one seed.</param>
/// <param name="Facts">What else was measured, means over the seeds: <c>bytes</c>, <c>milliseconds</c> and such.</param>
public sealed record StudyVariant(string Name, IReadOnlyList<double> Scores, double Mean, double Deviation, IReadOnlyDictionary<string, double> Facts);
