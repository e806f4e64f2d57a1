namespace Understudy.Inference.OpenAi;

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
public readonly record struct ChatTurn(string Role, string Content);
