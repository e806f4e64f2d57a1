namespace Understudy.Workflows.Retraining;

/// <summary>What became of a release that passed the gate.</summary>
/// <param name="Report">The blob with the report.</param>
/// <param name="Superseded">The release that serves instead: one that somebody promoted meanwhile and that it was never compared with, or the one before, to which somebody went back; null when it serves itself.</param>
/// <param name="Problem">Why it was not signed after all; null when it was.</param>
internal sealed record ReleaseOutcome(string Report, string? Superseded = null, string? Problem = null);
