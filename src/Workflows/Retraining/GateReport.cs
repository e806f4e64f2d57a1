namespace Understudy.Workflows.Retraining;

/// <summary>The new release beside the one that serves, on examples that neither was trained on.</summary>
/// <param name="Accepted">Whether it may serve.</param>
/// <param name="Reasons">Why not; what it gains when it may.</param>
/// <param name="Examples">Examples that both answered: held-out lessons with the lead's answers as truth, and the frozen regression set with its labels.</param>
/// <param name="Before">The release that serves.</param>
/// <param name="After">The new one.</param>
/// <param name="PValue">One-sided exact McNemar test of "the new one is no worse": small where it is worse.</param>
/// <param name="Recalls">By label: before and after.</param>
/// <param name="Fingerprint">Of the files that were measured: no others are shadowed, signed or released. Null for a gate of before.</param>
public sealed record GateReport(
    bool Accepted, IReadOnlyList<string> Reasons, int Examples, GateFigures Before, GateFigures After, double PValue, IReadOnlyDictionary<string, RecallPair> Recalls,
    string? Fingerprint = null)
{
    /// <summary>Students that were retrained beside the first; null for none.</summary>
    public IReadOnlyList<StudentPair>? Others { get; init; }
}
