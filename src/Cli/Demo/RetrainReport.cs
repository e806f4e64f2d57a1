namespace Understudy.Cli.Demo;

/// <summary>What became of the lessons of the demo's mails.</summary>
/// <param name="Lessons">Lessons used: the lead's answers, no gold label among them.</param>
/// <param name="Before">Accuracy of the student that served, on held-out lessons and on mails with gold labels that neither student learned from.</param>
/// <param name="After">Accuracy of the retrained one on the same.</param>
/// <param name="Accepted">Whether the gate let it serve.</param>
/// <param name="Reasons">Why, or why not.</param>
/// <param name="Seconds">From the request to the release or its rejection.</param>
internal sealed record RetrainReport(int Lessons, double? Before, double? After, bool Accepted, IReadOnlyList<string> Reasons, double Seconds);
