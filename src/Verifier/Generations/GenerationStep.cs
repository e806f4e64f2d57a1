using Understudy.Inference.Decoding;

namespace Understudy.Verifier.Generations;

/// <summary>What one pass of a model gave.</summary>
/// <param name="Text">What became certain; may be empty.</param>
/// <param name="Tokens">Those of the pass.</param>
/// <param name="Finish"><see cref="FinishReason.None"/> for all but the last.</param>
/// <param name="Statistics">So far.</param>
/// <param name="CachedTokens">Tokens of the prompt that were cached already.</param>
internal sealed record GenerationStep(string Text, IReadOnlyList<GeneratedToken> Tokens, FinishReason Finish, GenerationStatistics Statistics, int CachedTokens);
