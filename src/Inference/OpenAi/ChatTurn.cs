namespace Understudy.Inference.OpenAi;

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Content">Empty for an assistant's message that has none.</param>
/// <param name="CallsTools">Whether it calls tools, whose answers follow it.</param>
public readonly record struct ChatTurn(string Role, string Content, bool CallsTools = false);
