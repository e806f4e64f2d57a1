namespace Understudy.Training.Encoders;

/// <summary>One training example: the token ids of a text and the distribution over labels that it should get.</summary>
/// <param name="Ids">Token ids, at most the encoder's limit.</param>
/// <param name="Label">The gold label.</param>
/// <param name="Teacher">The lead's logits for soft targets, [labels]; null to learn from the gold label alone.</param>
internal sealed record TokenizedText(int[] Ids, int Label, float[]? Teacher = null);
