namespace Understudy.Cli.Evaluation;

/// <summary>What <c>evaluate</c> measures of a generation task's release.</summary>
/// <param name="ExactMatch">Share of the records whose whole call the lead writes as it should be; the order of slots does not count.</param>
/// <param name="ValidJson">Share of the answers that are a call with one of the task's intents.</param>
/// <param name="IntentAccuracy">Share of the records with the right intent.</param>
/// <param name="DraftExactMatch">As <see cref="ExactMatch"/>, of the draft alone; null without one.</param>
/// <param name="Identical">Share of the answers that are the same, token for token, with and without speculation.</param>
/// <param name="TokensPerSecond">With speculation, the prompt's time left out.</param>
/// <param name="PlainTokensPerSecond">Without.</param>
/// <param name="Speedup">The time of all answers without speculation over that with it, measured in turns.</param>
/// <param name="AcceptedLength">Output tokens a pass of the lead.</param>
/// <param name="Ahead">What went ahead of the lead.</param>
internal sealed record CallReport(
    string Task, string Release, int Records, int Malformed, double ExactMatch, double ValidJson, double IntentAccuracy, double? DraftExactMatch, double Identical,
    double TokensPerSecond, double PlainTokensPerSecond, double Speedup, double AcceptedLength, string Ahead);
