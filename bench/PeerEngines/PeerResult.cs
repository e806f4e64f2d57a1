namespace Understudy.Bench.PeerEngines;

/// <summary>One engine with one model in one precision.</summary>
/// <param name="MsPerToken">The median over rounds; null when the engine failed.</param>
/// <param name="Ratio">Its time over ours, the median over rounds: above 1 it is slower.</param>
/// <param name="SameTokens">New tokens, from the first, that are ours.</param>
/// <param name="Tokens">New tokens.</param>
/// <param name="Failure">Why there are no numbers.</param>
internal sealed record PeerResult(string Model, string Precision, string Engine, double? MsPerToken, double? Ratio, int SameTokens, int Tokens, string? Failure = null);
