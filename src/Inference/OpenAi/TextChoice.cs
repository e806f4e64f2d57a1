namespace Understudy.Inference.OpenAi;

/// <summary>An output of a plain completion, or a piece of one.</summary>
/// <param name="FinishReason">Null for all pieces but the last.</param>
public sealed record TextChoice(int Index, string Text, CompletionLogProbabilities? Logprobs, string? FinishReason);
