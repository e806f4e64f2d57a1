namespace Understudy.Verifier.LanguageModels;

/// <summary>One message of a conversation.</summary>
/// <param name="Role"><c>system</c>, <c>developer</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
internal readonly record struct ChatTurn(string Role, string Content);
