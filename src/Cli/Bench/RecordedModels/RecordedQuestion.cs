namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>A question, its right answer, and what each model said to it.</summary>
/// <param name="Truth">In canonical form.</param>
/// <param name="QuestionTokens">Estimated.</param>
/// <param name="Models">By name; a way of asking each.</param>
internal sealed record RecordedQuestion(string Truth, double QuestionTokens, IReadOnlyDictionary<string, IReadOnlyList<RecordedPrompt>> Models);
