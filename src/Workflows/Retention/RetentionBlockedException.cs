namespace Understudy.Workflows.Retention;

/// <summary>Nothing may be removed, because it cannot be told what is needed; the message says what is in the way.</summary>
public sealed class RetentionBlockedException(string message) : Exception(message);
