namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>What a model answered to one way of asking.</summary>
/// <param name="Samples">Answers in canonical form, in the order drawn; <see langword="null"/> where one had none.</param>
/// <param name="AnswerTokens">Length of one answer, estimated from the first.</param>
internal sealed record RecordedPrompt(IReadOnlyList<string?> Samples, double AnswerTokens);
