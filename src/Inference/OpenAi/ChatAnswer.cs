namespace Understudy.Inference.OpenAi;

/// <summary>What the assistant says.</summary>
public sealed record ChatAnswer(string Role, string Content, string? Refusal);
