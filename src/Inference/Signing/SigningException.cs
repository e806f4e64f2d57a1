namespace Understudy.Inference.Signing;

/// <summary>A key cannot be read, made or used; the message says which and what to do.</summary>
public sealed class SigningException(string message, Exception? inner = null) : Exception(message, inner);
