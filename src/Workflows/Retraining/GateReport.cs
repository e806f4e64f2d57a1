namespace Understudy.Workflows.Retraining;

/// <summary>The new release beside the one that serves, on examples that neither was trained on.</summary>
/// <param name="Accepted">Whether it may serve.</param>
/// <param name="Reasons">Why not; what it gains when it may.</param>
/// <param name="Examples">Examples that both answered: held-out lessons with the lead's answers as truth, and the frozen regression set with its labels.</param>
/// <param name="Before">The release that serves.</param>
/// <param name="After">The new one.</param>
/// <param name="PValue">One-sided exact McNemar test of "the new one loses no more than the guarantee lets students lose": small where it does.</param>
/// <param name="Recalls">By label: before and after, of the examples that were drawn by weight.</param>
/// <param name="Fingerprint">Of the files that were measured: no others are shadowed, signed or released. Null for a gate of before.</param>
public sealed record GateReport(
    bool Accepted, IReadOnlyList<string> Reasons, int Examples, GateFigures Before, GateFigures After, double PValue, IReadOnlyDictionary<string, RecallPair> Recalls,
    string? Fingerprint = null)
{
    /// <summary>Of <see cref="Examples"/>, those that are like what is served, one counting as much as another; null for a gate of before, which took all for such.</summary>
    public int? Drawn { get; init; }

    /// <summary>The ensemble that <see cref="Before"/>'s release has and the new one has not, measured without it; null for none.</summary>
    public string? Dropped { get; init; }

    /// <summary>Students that were retrained beside the first; null for none.</summary>
    public IReadOnlyList<StudentPair>? Others { get; init; }
}
