namespace Understudy.Workflows.Shadows;

/// <summary>What became of a candidate beside live traffic.</summary>
/// <param name="Accepted">Whether nothing speaks against it.</param>
/// <param name="Reasons">Why not; what it did when nothing does.</param>
/// <param name="Counts">Of all hosts.</param>
/// <param name="PValue">One-sided exact McNemar test of "its students agree with the lead no less often": small where they do.</param>
public sealed record ShadowReport(bool Accepted, IReadOnlyList<string> Reasons, ShadowCounts Counts, double PValue);
