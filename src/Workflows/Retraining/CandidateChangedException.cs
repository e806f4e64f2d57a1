using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Retraining;

/// <summary>What a training left is not what the gate measured any more.</summary>
/// <param name="folder">Where that is, in <c>work</c>.</param>
internal sealed class CandidateChangedException(string folder)
    : Exception($"What the training left in '{BlobContainers.Work}/{folder}' is not what the gate measured any more: nothing was signed. Look who writes there, and start the retraining again.");
