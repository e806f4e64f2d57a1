namespace Understudy.Inference.OpenAi;

/// <summary>An answer in a chat.</summary>
/// <param name="FinishReason"><c>stop</c> or <c>length</c>.</param>
public sealed record ChatChoice(int Index, ChatAnswer Message, ChatLogProbabilities? Logprobs, string? FinishReason);
