namespace Understudy.Inference.Decoding;

/// <summary>A token of an output.</summary>
/// <param name="Id">Its number.</param>
/// <param name="LogProbability">Its log-probability under the model as it is (before temperature, penalty and grammar); NaN when not asked for.</param>
/// <param name="Top">The most probable tokens at its place, best first; empty when not asked for.</param>
public readonly record struct GeneratedToken(int Id, double LogProbability, IReadOnlyList<TokenLogProbability> Top);
