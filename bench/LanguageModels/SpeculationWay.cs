namespace Understudy.Bench.LanguageModels;

/// <summary>One way of decoding a set of prompts.</summary>
/// <param name="Ahead">What went ahead of the lead; <c>plain</c> for nothing.</param>
/// <param name="Speedup">Time of plain decoding over this one's, in turns on the same prompts.</param>
/// <param name="AcceptedLength">Output tokens a pass.</param>
/// <param name="Identical">Prompts whose output is plain decoding's, token for token.</param>
internal sealed record SpeculationWay(
    string Set, string Ahead, int Prompts, int Identical, long Tokens, double TokensPerSecond, double Speedup, double AcceptedLength, double DraftMsPerToken, double VerifyMsPerToken);
