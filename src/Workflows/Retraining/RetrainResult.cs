namespace Understudy.Workflows.Retraining;

/// <summary>How a retraining ended.</summary>
/// <param name="Task">The task.</param>
/// <param name="Accepted">Whether the new release serves now.</param>
/// <param name="Version">The new release, or the name that it would have got.</param>
/// <param name="Reasons">Why it was not accepted; what it gained when it was.</param>
/// <param name="Lessons">Lessons that were used, after curation.</param>
/// <param name="Before">Accuracy of the student that served, on the gate's examples; null when it did not come to that.</param>
/// <param name="After">Accuracy of the new one.</param>
/// <param name="Report">The blob with the report.</param>
public sealed record RetrainResult(
    string Task, bool Accepted, string Version, IReadOnlyList<string> Reasons, int Lessons, double? Before, double? After, string Report);
