namespace Understudy.Workflows.Retraining;

/// <summary>The recall of a label.</summary>
/// <param name="Examples">With that label.</param>
public sealed record RecallPair(int Examples, double Before, double After);
