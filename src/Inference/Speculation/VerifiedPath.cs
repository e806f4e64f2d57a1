namespace Understudy.Inference.Speculation;

/// <summary>What a target made of a tree.</summary>
/// <param name="Nodes">The nodes that are taken, each following the one before; may be empty.</param>
/// <param name="Correction">The token after them, the target's own; −1 when the last node taken ends the text.</param>
/// <param name="Ended">The text is complete with them.</param>
public sealed record VerifiedPath(IReadOnlyList<int> Nodes, int Correction, bool Ended);
