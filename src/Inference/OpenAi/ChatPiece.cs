namespace Understudy.Inference.OpenAi;

/// <summary>A piece of an answer in a chat.</summary>
/// <param name="FinishReason">Null for all but the last.</param>
public sealed record ChatPiece(int Index, ChatDelta Delta, ChatLogProbabilities? Logprobs, string? FinishReason);
