namespace Understudy.Inference.Leads;

/// <summary>A token of an answer, with its log-probability and the most probable tokens at its place.</summary>
internal readonly record struct AnswerToken(string Text, double LogProbability, IReadOnlyList<(string Text, double LogProbability)> Alternatives);
