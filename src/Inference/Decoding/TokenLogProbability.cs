namespace Understudy.Inference.Decoding;

/// <summary>A token and its log-probability.</summary>
public readonly record struct TokenLogProbability(int Id, double LogProbability);
