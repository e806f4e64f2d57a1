namespace Understudy.Workflows.Retraining;

/// <summary>What a training left is not what the gate measured any more.</summary>
internal sealed class CandidateChangedException(string folder)
    : Exception($"What the training left in '{folder}' is not what the gate measured any more: nothing was signed. Look who writes there, and start the retraining again.");
