namespace Understudy.Inference.OpenAi;

/// <summary>Log-probabilities of a chat's answer, in OpenAI's form.</summary>
public sealed record ChatLogProbabilities(IReadOnlyList<ChatTokenLogProbability> Content, object? Refusal);
