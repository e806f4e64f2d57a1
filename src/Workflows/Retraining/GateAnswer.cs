namespace Understudy.Workflows.Retraining;

/// <summary>What a release answered to an example of the gate.</summary>
/// <param name="IsRight">Whether that is what is right.</param>
/// <param name="ByStudent">Whether a student answered by itself.</param>
internal readonly record struct GateAnswer(bool IsRight, bool ByStudent);
