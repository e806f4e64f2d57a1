namespace Understudy.Workflows.Retraining;

/// <summary>A student that a retraining changed.</summary>
/// <param name="Name">Of its tier.</param>
/// <param name="Before">As it serves.</param>
/// <param name="After">As it would.</param>
public sealed record StudentPair(string Name, StudentFigures Before, StudentFigures After);
